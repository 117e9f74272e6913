-- A row of ours is the English of a sentence with {} in the places of its values, and the values as JSON; each reader reads
-- it in the reader's language. Rows without record_values are shown as they were written.
ALTER TABLE log ADD COLUMN record_values TEXT;

-- Earlier rows that are a sentence without values are exactly that sentence. The others hold their values in words, and
-- stay as they were written, in English.
UPDATE log SET record_values = '[]' WHERE record IN (
  'The profile was started',
  'The profile was stopped',
  'The service stopped',
  'Calls can be read again',
  'The database can be written again');

-- Likewise why a text ended as it did. What the provider said stays as it was written. Some of our own sentences are worded
-- otherwise by now, and mean the same.
ALTER TABLE replies ADD COLUMN evidence_values TEXT;
ALTER TABLE attempts ADD COLUMN evidence_values TEXT;
UPDATE replies SET evidence = 'the caller got through in the meantime' WHERE evidence = 'the caller got through meanwhile';
UPDATE replies SET evidence = 'the profile was stopped before the text was sent'
  WHERE evidence = 'the profile was stopped before the text went out';
UPDATE replies SET evidence = 'the caller asked not to be texted' WHERE evidence = 'the caller asked for no more texts';
UPDATE replies SET evidence = 'your hours ended before the text was sent'
  WHERE evidence = 'your hours were over before the text went out';
UPDATE replies SET evidence_values = '[]' WHERE evidence IN (
  'VoIP.ms took it',
  'found in VoIP.ms'' list of sent texts',
  'found in VoIP.ms'' list of sent texts, with other wording',
  'found later in VoIP.ms'' list of sent texts',
  'VoIP.ms'' list of sent texts is incomplete',
  'VoIP.ms lists a text that may be this one',
  'the service ended while the text was being sent',
  'ordered again while it was uncertain',
  'could not be sent in time',
  'the caller got through in the meantime',
  'the profile was stopped before the text was sent',
  'the caller asked not to be texted',
  'the caller is on your block list',
  'VoIP.ms lists a text to this caller that did not come from here',
  'your hours ended before the text was sent');
