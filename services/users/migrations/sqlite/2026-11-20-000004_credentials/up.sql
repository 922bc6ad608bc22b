CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    -- Words separated by blanks.
    scopes TEXT NOT NULL,
    -- SHA-256 of the token; the token itself is shown once.
    token_hash BLOB NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX api_tokens_of_user ON api_tokens (user_id, id);

CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL CHECK (algorithm IN ('EdDSA', 'RS256')),
    -- Under the master key, for the row of this kid.
    sealed_private BLOB NOT NULL,
    public_jwk TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT,
    -- When the last token under it ends.
    tokens_end_at BIGINT NOT NULL
);
-- One key signs, whoever makes one at the same time.
CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys ((retired_at IS NULL)) WHERE retired_at IS NULL;
