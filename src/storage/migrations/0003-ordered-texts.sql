-- How many times the owner ordered the text of the call. An attempt that ended as uncertain stays so when its reply is
-- ordered and claimed again: that text may be out as well.
ALTER TABLE replies ADD COLUMN orders INTEGER NOT NULL DEFAULT 0;
