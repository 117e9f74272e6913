-- The limit of requests per minute that was found for the account; NULL: none was ever refused.
ALTER TABLE accounts ADD COLUMN requests_per_minute INTEGER;
