-- Who acted, and on what, as values that each reader's language can be made of. In older rows the subject says in English what
-- it was done to, and a person may have been a program with that person's API token.
ALTER TABLE audit ADD COLUMN actor TEXT NOT NULL DEFAULT 'person';
ALTER TABLE audit ADD COLUMN token_name TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN session_id INTEGER;
ALTER TABLE audit ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN target_id INTEGER;
UPDATE audit SET actor = 'stranger' WHERE action = 'login_failed';

-- What an act changed, field by field. Neither value: a secret was given.
CREATE TABLE audit_details (
  audit_id INTEGER NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  field TEXT NOT NULL,
  value_before TEXT,
  value_after TEXT,
  PRIMARY KEY (audit_id, position)
);

-- Log-ins that failed beyond the first few of a minute: as many more of the same.
INSERT INTO audit_details (audit_id, position, field, value_after)
  SELECT id, 1, 'more', subject FROM audit WHERE action = 'logins_failed';
UPDATE audit SET actor = 'service', action = 'login_failed', subject = '' WHERE action = 'logins_failed';
