-- Every link that was asked for. A link that was made never leaves this table.
CREATE TABLE discord_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What the contract shows as its id: unlike the number, no other service has the same one.
    uuid TEXT NOT NULL UNIQUE,
    -- For whom.
    user_id BIGINT NOT NULL,
    -- Who asked for it: the same person or a super user.
    requested_by BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- What Discord calls it.
    code TEXT,
    reserved_at BIGINT NOT NULL,
    -- When the job may give the reservation back.
    settle_after BIGINT NOT NULL,
    made_at BIGINT,
    -- Given back or revoked.
    ended_at BIGINT,
    ended_by BIGINT,
    end_reason TEXT
);

CREATE UNIQUE INDEX discord_links_one_open ON discord_links (user_id)
    WHERE state IN ('reserved', 'ready');
CREATE INDEX discord_links_to_settle ON discord_links (settle_after) WHERE state = 'reserved';
CREATE INDEX discord_links_to_forget ON discord_links (ended_at) WHERE state = 'released';
