-- Instants are UTC microseconds; days are days since 1970. Ids are never used again (AUTOINCREMENT).

-- Grows with every change that a person makes to accounts or profiles.
CREATE TABLE settings_version (version INTEGER NOT NULL);
INSERT INTO settings_version (version) VALUES (0);

CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
);

-- An account keeps its row when its last profile goes, because the ledger refers to it; the password is wiped then.
CREATE TABLE accounts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  sealed_password TEXT NOT NULL,
  dids TEXT NOT NULL DEFAULT '',
  dids_asked_at INTEGER,
  last_good_poll INTEGER,
  last_error TEXT NOT NULL DEFAULT ''
);

CREATE TABLE profiles (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  did TEXT NOT NULL,
  message TEXT NOT NULL,
  call_duration INTEGER NOT NULL,
  limit_to_one_did INTEGER NOT NULL,
  wait_seconds INTEGER NOT NULL,
  cooldown_seconds INTEGER NOT NULL,
  history_size INTEGER,
  hours TEXT NOT NULL,
  dry_run INTEGER NOT NULL,
  running INTEGER NOT NULL,
  first_polled_at INTEGER
);

-- One phone call. The profile is remembered by number only, since a profile may be deleted and its calls stay.
CREATE TABLE calls (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  call_key TEXT NOT NULL,
  profile_id INTEGER NOT NULL,
  caller TEXT NOT NULL,
  caller_name TEXT NOT NULL,
  did TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  first_seen_at INTEGER NOT NULL,
  answered_after_text INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account_id, call_key)
);
CREATE INDEX calls_by_time ON calls (started_at);
CREATE INDEX calls_by_account_and_time ON calls (account_id, started_at);

-- The CDR rows of a call. Their unique key is what makes a second decision on the same row impossible.
CREATE TABLE legs (
  account_id INTEGER NOT NULL,
  leg_key TEXT NOT NULL,
  call_id INTEGER NOT NULL REFERENCES calls (id),
  started_at INTEGER NOT NULL,
  disposition TEXT NOT NULL,
  seconds INTEGER NOT NULL,
  PRIMARY KEY (account_id, leg_key)
);
CREATE INDEX legs_by_call ON legs (call_id);

CREATE TABLE decisions (
  account_id INTEGER NOT NULL,
  call_id INTEGER NOT NULL REFERENCES calls (id),
  outcome TEXT NOT NULL,
  decided_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, call_id)
);

CREATE TABLE replies (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  call_id INTEGER NOT NULL REFERENCES calls (id),
  profile_id INTEGER NOT NULL,
  did TEXT NOT NULL,
  caller TEXT NOT NULL,
  body TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  maybe_sent INTEGER NOT NULL DEFAULT 0,
  called_at INTEGER NOT NULL,
  reserved_at INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  budget_day INTEGER NOT NULL,
  sending_at INTEGER,
  settled_at INTEGER,
  provider_id TEXT,
  evidence TEXT NOT NULL DEFAULT '',
  UNIQUE (account_id, call_id),
  UNIQUE (account_id, kind, provider_id)
);
CREATE INDEX replies_by_state ON replies (state);
CREATE INDEX replies_by_caller ON replies (account_id, did, caller);

CREATE TABLE attempts (
  reply_id INTEGER NOT NULL REFERENCES replies (id),
  n INTEGER NOT NULL,
  sending_at INTEGER NOT NULL,
  settled_at INTEGER,
  outcome TEXT NOT NULL DEFAULT '',
  evidence TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (reply_id, n)
);

-- What is known of callers. A row with a DID holds the last text from that DID, which counts whatever account the DID is
-- asked for through, and the last one that the provider listed although it was not sent from here; a row with an empty
-- DID holds an opt-out, which is for all numbers of the account.
CREATE TABLE contacts (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  did TEXT NOT NULL,
  caller TEXT NOT NULL,
  last_texted_at INTEGER,
  texted_elsewhere_at INTEGER,
  opted_out_at INTEGER,
  PRIMARY KEY (did, caller, account_id)
);
CREATE INDEX contacts_by_last_text ON contacts (did, last_texted_at);

CREATE TABLE budgets (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  day INTEGER NOT NULL,
  used INTEGER NOT NULL,
  PRIMARY KEY (account_id, day)
);

CREATE TABLE blocked (
  caller TEXT NOT NULL PRIMARY KEY
);

-- For people. company is the account's e-mail, empty for what concerns the whole service.
CREATE TABLE log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  company TEXT NOT NULL,
  profile_id INTEGER,
  timestamp INTEGER NOT NULL,
  record TEXT NOT NULL
);
CREATE INDEX log_by_company ON log (company, id);
CREATE INDEX log_by_profile ON log (profile_id);
