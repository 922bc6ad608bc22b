-- Since when this is the account of a deleted person: locked for good, without name, address and password. The row
-- stays, because invitations, messages and the audit log tell of its number.
ALTER TABLE accounts ADD COLUMN left_at BIGINT;

-- Which services have forgotten their part of whom. The name is free again with the last of them.
CREATE TABLE departures (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    left_at BIGINT NOT NULL,
    channels_at BIGINT,
    invitations_at BIGINT,
    discord_at BIGINT,
    ended_at BIGINT
);
CREATE INDEX departures_under_way ON departures (left_at) WHERE ended_at IS NULL;
CREATE INDEX departures_age ON departures (left_at);
