-- A test text is a reply without a call. The version grows with whatever changes what is known of the reply or its caller
-- while it is reserved, so that a claim on older facts does not go through. SQLite cannot loosen a column: the table is
-- made anew.
CREATE TABLE replies_anew (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  call_id INTEGER REFERENCES calls (id),
  profile_id INTEGER NOT NULL,
  did TEXT NOT NULL,
  caller TEXT NOT NULL,
  body TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
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
  orders INTEGER NOT NULL DEFAULT 0,
  UNIQUE (account_id, call_id),
  UNIQUE (account_id, kind, provider_id)
);
INSERT INTO replies_anew (id, account_id, call_id, profile_id, did, caller, body, kind, state, attempts, maybe_sent, called_at,
  reserved_at, not_before, expires_at, budget_day, sending_at, settled_at, provider_id, evidence, orders)
  SELECT id, account_id, call_id, profile_id, did, caller, body, kind, state, attempts, maybe_sent, called_at,
  reserved_at, not_before, expires_at, budget_day, sending_at, settled_at, provider_id, evidence, orders FROM replies;
DROP TABLE replies;
ALTER TABLE replies_anew RENAME TO replies;
CREATE INDEX replies_by_state ON replies (state, settled_at);
CREATE INDEX replies_by_caller ON replies (account_id, did, caller);
CREATE INDEX replies_by_sending ON replies (account_id, did, sending_at);
CREATE INDEX replies_by_profile ON replies (profile_id, state);

-- Of earlier test texts only the asking is known: they may explain what the provider lists.
INSERT INTO replies (account_id, profile_id, did, caller, body, kind, state, attempts, maybe_sent, called_at, reserved_at,
  not_before, expires_at, budget_day, sending_at, settled_at, evidence)
  SELECT account_id, 0, did, recipient, body, CASE WHEN length(CAST(body AS BLOB)) < 160 THEN 'sms' ELSE 'mms' END,
  'uncertain', 1, 1, sent_at, sent_at, sent_at, sent_at, 0, sent_at, sent_at, 'a test text of an earlier version'
  FROM test_texts;
DROP TABLE test_texts;

-- The caller's latest word on texts decides. The version lets of two workers that reserve a text to one caller only one
-- through.
ALTER TABLE contacts ADD COLUMN opted_in_at INTEGER;
ALTER TABLE contacts ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- Answered calls between the business and another number, either way, by CDR row.
CREATE TABLE conversations (
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  leg_key TEXT NOT NULL,
  other TEXT NOT NULL,
  inbound INTEGER NOT NULL,
  began_at INTEGER NOT NULL,
  seconds INTEGER NOT NULL,
  PRIMARY KEY (account_id, leg_key)
);
CREATE INDEX conversations_by_number ON conversations (other, began_at);

-- The version of the settings in which the account, or a profile or order of it, last changed.
ALTER TABLE accounts ADD COLUMN changed_in INTEGER NOT NULL DEFAULT 0;
-- Until when what callers wrote has been read.
ALTER TABLE accounts ADD COLUMN words_read_until INTEGER;
