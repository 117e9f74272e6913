-- Why polls fail and why texts are refused: what we say of it is a sentence with its values as JSON, as in the log. A text
-- without values is shown as it was written: what VoIP.ms said, and what earlier versions wrote.
ALTER TABLE accounts ADD COLUMN last_error_values TEXT;
ALTER TABLE profiles ADD COLUMN refused_because_values TEXT;
