-- Keys of the choir contract. A deleted key stays, so that what was made with it has a maker.
CREATE TABLE choir_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose; NULL is the operator.
    owner_id BIGINT,
    name TEXT NOT NULL,
    -- SHA-256 of the key's secret part.
    hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE INDEX choir_keys_by_owner ON choir_keys (owner_id, id) WHERE revoked_at IS NULL;

-- Who may make keys, beside those whom the settings name.
CREATE TABLE choir_whitelist (
    user_id BIGINT PRIMARY KEY,
    added_at BIGINT NOT NULL
);

-- What the choir contract adds to an invitation. Creator, invitee and choir are the platform's
-- own texts.
CREATE TABLE choir_invitations (
    invitation_id BIGINT PRIMARY KEY REFERENCES invitations (id),
    public_id TEXT NOT NULL UNIQUE,
    creator TEXT NOT NULL,
    invitee TEXT NOT NULL,
    choir_id TEXT NOT NULL,
    -- By which key it was made; NULL is the operator's command.
    key_id BIGINT REFERENCES choir_keys (id),
    -- When a check told that it has expired; from then on it is not found.
    purged_at BIGINT
);
