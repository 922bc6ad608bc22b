DELETE FROM events WHERE kind = 'demoted';
ALTER TABLE events DROP CONSTRAINT events_kind_check;
ALTER TABLE events ADD CONSTRAINT events_kind_check CHECK (kind IN ('created', 'locked', 'unlocked'));
