ALTER TABLE invitation_texts DROP COLUMN welcome;
ALTER TABLE invitation_texts DROP COLUMN landing_channel;
