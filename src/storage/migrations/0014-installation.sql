-- Whose database this is, and how many texts it has claimed: held against the file `claims` beside it, which shows that
-- an earlier copy was put back. It counts from here on.
CREATE TABLE installation (
  id TEXT NOT NULL,
  claims INTEGER NOT NULL
);
INSERT INTO installation (id, claims) VALUES (lower(hex(randomblob(16))), 0);
