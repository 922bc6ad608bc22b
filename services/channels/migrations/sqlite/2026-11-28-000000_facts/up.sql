-- What happened, instead of what one contract said of it.

-- The message that was sent.
ALTER TABLE events ADD COLUMN message_id BIGINT;
-- The channel's name at that moment.
ALTER TABLE events ADD COLUMN channel_name TEXT;
-- What the channel was at that moment to somebody who became a member.
ALTER TABLE events ADD COLUMN channel_type TEXT;
ALTER TABLE events ADD COLUMN owner_id BIGINT;
ALTER TABLE events ADD COLUMN permissions BIGINT;
ALTER TABLE events ADD COLUMN last_message BIGINT;

UPDATE events SET
    message_id = json_extract(payload, '$.messageId'),
    channel_name = json_extract(payload, '$.channelName'),
    channel_type = json_extract(payload, '$.channelType'),
    owner_id = json_extract(payload, '$.channelOwner'),
    last_message = json_extract(payload, '$.lastMessage');
UPDATE events SET permissions = (
    SELECT coalesce(sum(CASE value WHEN 'read' THEN 1 WHEN 'write' THEN 2 WHEN 'invite' THEN 4
        WHEN 'rename' THEN 8 WHEN 'remove-users' THEN 16 END), 0)
    FROM json_each(payload, '$.channelPerms')
) WHERE kind = 'channel-join';

ALTER TABLE events DROP COLUMN payload;
