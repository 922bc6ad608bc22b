-- What an invitation gives beyond the first thing, which stands in its row: how much that is, and what
-- becomes of something that its maker may not give any more.
ALTER TABLE invitations ADD COLUMN further_grants BIGINT NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN on_lost_right TEXT NOT NULL DEFAULT 'drop';

CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id BIGINT NOT NULL REFERENCES invitations (id),
    -- The first thing has 0 and no row here.
    position BIGINT NOT NULL CHECK (position > 0),
    kind TEXT NOT NULL,
    target_id BIGINT,
    bits BIGINT NOT NULL,
    -- The event that the issuer's membership of a channel began with.
    ground BIGINT,
    UNIQUE (invitation_id, position)
);

-- What one use of an invitation that gives several things brings, each as it was when the use was taken: an
-- act of its own, by a key of its own.
CREATE TABLE acts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    use_id BIGINT NOT NULL REFERENCES uses (id),
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    target_id BIGINT,
    bits BIGINT NOT NULL,
    ground BIGINT,
    act_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    -- Why it was dropped.
    reason TEXT,
    decided_at BIGINT,
    UNIQUE (use_id, position)
);
