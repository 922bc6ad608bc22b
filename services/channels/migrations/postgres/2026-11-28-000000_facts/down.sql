-- What one contract said of the events is not known any more. They are forgotten as old ones are: a
-- stream that would go on from them begins with `resync`.
UPDATE event_counter SET purged_through = last;
DELETE FROM events;
DROP TRIGGER events_facts ON events;
DROP FUNCTION facts_of_payload();
ALTER TABLE events
    DROP COLUMN message_id,
    DROP COLUMN channel_name,
    DROP COLUMN channel_type,
    DROP COLUMN owner_id,
    DROP COLUMN permissions,
    DROP COLUMN last_message,
    ALTER COLUMN payload SET NOT NULL;
