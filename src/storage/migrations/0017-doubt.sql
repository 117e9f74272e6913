-- Why and since when the ledger of the account is strictly doubted ('' and NULL: it is not), and when the owner said that its
-- texts shall go all the same.
ALTER TABLE accounts ADD COLUMN strict_cause TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN strict_since INTEGER;
ALTER TABLE accounts ADD COLUMN trusted_at INTEGER;
-- Since when VoIP.ms' list of sent texts lacks the text although it is known as sent.
ALTER TABLE replies ADD COLUMN unlisted_since INTEGER;
-- What holds texts back: '' (VoIP.ms does not take them), 'list' or 'ledger'.
ALTER TABLE profiles ADD COLUMN held_by TEXT NOT NULL DEFAULT '';
UPDATE profiles SET held_by = 'list' WHERE held_by_list = 1;
ALTER TABLE profiles DROP COLUMN held_by_list;
