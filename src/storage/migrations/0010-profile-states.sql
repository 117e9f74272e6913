-- What the service finds out about accounts and profiles, from which their states follow. An empty text is nothing.
ALTER TABLE accounts ADD COLUMN watched_since INTEGER;
ALTER TABLE accounts ADD COLUMN poll_trouble TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN send_trouble TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN send_trouble_at INTEGER;
-- In millionths of a dollar.
ALTER TABLE accounts ADD COLUMN balance INTEGER;

ALTER TABLE profiles ADD COLUMN number_ability TEXT NOT NULL DEFAULT '';
ALTER TABLE profiles ADD COLUMN refused_in_row INTEGER NOT NULL DEFAULT 0;
ALTER TABLE profiles ADD COLUMN refused_because TEXT NOT NULL DEFAULT '';
ALTER TABLE profiles ADD COLUMN held_since INTEGER;
ALTER TABLE profiles ADD COLUMN held_trouble TEXT NOT NULL DEFAULT '';
ALTER TABLE profiles ADD COLUMN held_by_list INTEGER NOT NULL DEFAULT 0;
