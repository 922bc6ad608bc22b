-- Where whoever came in arrives: a channel, and a line that they read there once.
ALTER TABLE invitation_texts ADD COLUMN landing_channel INTEGER;
ALTER TABLE invitation_texts ADD COLUMN welcome TEXT;
