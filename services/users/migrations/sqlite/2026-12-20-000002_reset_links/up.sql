-- Links with which somebody chooses another password. One a person: a newer one takes the place of the one before.
CREATE TABLE reset_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL UNIQUE REFERENCES accounts (id),
    -- SHA-256 of what stands in the link.
    token_hash BLOB NOT NULL UNIQUE,
    expires_at BIGINT NOT NULL
);

CREATE INDEX reset_links_by_end ON reset_links (expires_at);
