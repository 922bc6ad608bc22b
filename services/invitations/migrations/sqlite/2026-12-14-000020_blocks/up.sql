-- From whom somebody takes no invitations.
CREATE TABLE blocks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    blocked_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (user_id, blocked_id)
);

CREATE INDEX blocks_by_user ON blocks (user_id, id);
