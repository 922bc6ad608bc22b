-- A super user who is none any more is told of, like a lock.
ALTER TABLE events DROP CONSTRAINT events_kind_check;
ALTER TABLE events ADD CONSTRAINT events_kind_check
    CHECK (kind IN ('created', 'locked', 'unlocked', 'demoted'));
