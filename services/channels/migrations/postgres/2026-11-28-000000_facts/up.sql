-- What happened, instead of what one contract said of it.
ALTER TABLE events
    -- The message that was sent.
    ADD COLUMN message_id BIGINT,
    -- The channel's name at that moment.
    ADD COLUMN channel_name TEXT,
    -- What the channel was at that moment to somebody who became a member.
    ADD COLUMN channel_type TEXT,
    ADD COLUMN owner_id BIGINT,
    ADD COLUMN permissions BIGINT,
    ADD COLUMN last_message BIGINT,
    -- Nothing writes or reads it but replicas of the release before, while they are being replaced.
    -- The next release drops it, with the trigger.
    ALTER COLUMN payload DROP NOT NULL;

CREATE FUNCTION facts_of_payload() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told CONSTANT jsonb := NEW.payload;
BEGIN
    NEW.message_id := told -> 'messageId';
    NEW.channel_name := told ->> 'channelName';
    NEW.channel_type := told ->> 'channelType';
    NEW.owner_id := told -> 'channelOwner';
    NEW.last_message := told -> 'lastMessage';
    IF NEW.kind = 'channel-join' THEN
        NEW.permissions := (
            SELECT coalesce(sum(CASE word WHEN 'read' THEN 1 WHEN 'write' THEN 2 WHEN 'invite' THEN 4
                WHEN 'rename' THEN 8 WHEN 'remove-users' THEN 16 END), 0)
            FROM jsonb_array_elements_text(told -> 'channelPerms') AS word
        );
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER events_facts BEFORE INSERT OR UPDATE OF payload ON events
    FOR EACH ROW WHEN (NEW.payload IS NOT NULL) EXECUTE FUNCTION facts_of_payload();

UPDATE events SET payload = payload;
