-- What the web pages need. Ids are never used again (AUTOINCREMENT).

-- Decision and state of the reply once more, beside what else a page of calls is chosen by: one index then answers every
-- question of the pages. They are written with what they repeat, in one transaction; no reply is an empty state.
ALTER TABLE calls ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE calls ADD COLUMN reply_state TEXT NOT NULL DEFAULT '';
UPDATE calls SET
  outcome = coalesce((SELECT d.outcome FROM decisions d WHERE d.account_id = calls.account_id AND d.call_id = calls.id), ''),
  reply_state = coalesce((SELECT r.state FROM replies r WHERE r.account_id = calls.account_id AND r.call_id = calls.id), '');
DROP INDEX calls_by_time;
CREATE INDEX calls_by_time ON calls (started_at, id, profile_id, outcome, reply_state, caller);

DROP INDEX replies_by_state;
CREATE INDEX replies_by_state ON replies (state, settled_at);

-- A company is one whatever the case of its name.
DROP INDEX log_by_company;
CREATE INDEX log_by_company ON log (lower(company), id);

-- Texts that somebody sent by hand to see that texting works.
CREATE TABLE test_texts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id INTEGER NOT NULL REFERENCES accounts (id),
  did TEXT NOT NULL,
  recipient TEXT NOT NULL,
  body TEXT NOT NULL,
  sent_at INTEGER NOT NULL
);
CREATE INDEX test_texts_by_number ON test_texts (account_id, did, sent_at);

-- Of the tokens of sessions and programs only the hashes are kept.
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  user_id INTEGER NOT NULL REFERENCES users (id),
  started_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  address TEXT NOT NULL,
  browser TEXT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE api_tokens (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  token_hash TEXT NOT NULL UNIQUE,
  user_id INTEGER NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);

-- Who did what. The user is remembered by name, since a user may be removed and the rows stay.
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp INTEGER NOT NULL,
  user_name TEXT NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL
);
