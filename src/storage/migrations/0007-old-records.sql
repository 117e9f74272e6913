-- A call that lost its number, name and keys for its age keeps its place in every count.
ALTER TABLE calls ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;

-- What is old is found without reading the rest.
CREATE INDEX calls_to_erase ON calls (started_at) WHERE erased = 0;
CREATE INDEX test_texts_to_erase ON replies (called_at) WHERE call_id IS NULL AND caller <> '';
CREATE INDEX contacts_to_forget ON contacts (max(coalesce(last_texted_at, 0), coalesce(texted_elsewhere_at, 0))) WHERE did <> '';
CREATE INDEX conversations_by_time ON conversations (began_at);
CREATE INDEX log_by_time ON log (timestamp);
CREATE INDEX audit_by_time ON audit (timestamp);

-- What polls and texts ask for is found without reading all of an account or number.
CREATE INDEX legs_by_time ON legs (account_id, started_at);
CREATE INDEX replies_by_call ON replies (call_id);
CREATE INDEX replies_ordered ON replies (account_id, did) WHERE orders > 0;
