CREATE TABLE events_without_demotions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    position BIGINT GENERATED ALWAYS AS (id) VIRTUAL,
    user_id BIGINT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL CHECK (kind IN ('created', 'locked', 'unlocked')),
    created_at BIGINT NOT NULL
);
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'events_without_demotions', seq FROM sqlite_sequence WHERE name = 'events';
INSERT INTO events_without_demotions (id, user_id, kind, created_at)
    SELECT id, user_id, kind, created_at FROM events WHERE kind <> 'demoted';
DROP TABLE events;
ALTER TABLE events_without_demotions RENAME TO events;
CREATE UNIQUE INDEX events_position ON events (position);
CREATE INDEX events_age ON events (created_at);
