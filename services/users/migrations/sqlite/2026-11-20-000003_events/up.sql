-- The outbox. The one writer commits in order, so the place in it is the id.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position BIGINT GENERATED ALWAYS AS (id) VIRTUAL,
    user_id BIGINT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN ('created', 'locked', 'unlocked')),
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX events_position ON events (position);
CREATE INDEX events_age ON events (created_at);

CREATE TABLE event_counter (
    last BIGINT NOT NULL
);
INSERT INTO event_counter (last) VALUES (0);
