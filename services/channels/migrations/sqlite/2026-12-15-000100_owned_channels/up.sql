-- How many channels somebody owns is counted whenever they make another.
CREATE INDEX channels_owner ON channels (owner_id) WHERE closed_at IS NULL;
