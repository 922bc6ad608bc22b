CREATE TABLE channels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    -- Folded by the program: the form in which names are compared and searched.
    name_folded TEXT NOT NULL,
    type TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    last_message BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);
-- A closed channel gives its name free.
CREATE UNIQUE INDEX channels_open_name ON channels (name_folded) WHERE closed_at IS NULL;

CREATE TABLE members (
    channel_id BIGINT NOT NULL REFERENCES channels (id),
    user_id BIGINT NOT NULL,
    username TEXT NOT NULL,
    permissions BIGINT NOT NULL,
    joined_at BIGINT NOT NULL,
    last_read BIGINT NOT NULL DEFAULT 0,
    -- The event of joining: events of the channel with a higher id are this member's.
    joined_event BIGINT NOT NULL,
    PRIMARY KEY (channel_id, user_id)
);
CREATE INDEX members_user ON members (user_id, channel_id);

-- Who was a member between which events; needed as long as these events are kept.
CREATE TABLE past_members (
    channel_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    joined_event BIGINT NOT NULL,
    left_event BIGINT NOT NULL,
    PRIMARY KEY (user_id, channel_id, left_event)
);
CREATE INDEX past_members_left ON past_members (left_event);

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id BIGINT NOT NULL REFERENCES channels (id),
    user_id BIGINT NOT NULL,
    username TEXT NOT NULL,
    type TEXT NOT NULL,
    content TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX messages_channel ON messages (channel_id, id);

CREATE TABLE act_keys (
    key TEXT NOT NULL PRIMARY KEY,
    outcome TEXT NOT NULL,
    made_id BIGINT,
    decided_at BIGINT NOT NULL
);

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- One writer commits in order, so the id is the place in the outbox.
    position BIGINT GENERATED ALWAYS AS (id) VIRTUAL,
    channel_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- NULL: everybody who is a member at this event.
    recipient_id BIGINT,
    user_id BIGINT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX events_position ON events (position);
CREATE INDEX events_membership ON events (position)
    WHERE kind IN ('channel-join', 'channel-leave', 'channel-remove', 'channel-closed');

CREATE TABLE event_counter (
    last BIGINT NOT NULL,
    -- Events up to this position are deleted.
    purged_through BIGINT NOT NULL
);
INSERT INTO event_counter (last, purged_through) VALUES (0, 0);
