-- Every invitation of every kind. No row leaves this table: "deleted" and "purged" in a contract
-- are final states here.
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    direction TEXT NOT NULL,
    -- What it leads into; the kind says of what this is the id. Registration leads into nothing.
    target_id BIGINT,
    -- On whose right; NULL is the operator.
    issuer_id BIGINT,
    -- For whom; both NULL: for whoever holds the secret.
    recipient_id BIGINT,
    recipient_email TEXT,
    secret_hash BLOB UNIQUE,
    secret_sealed BLOB,
    -- What it gives, in the encoding of its kind.
    grants BIGINT NOT NULL,
    state TEXT NOT NULL,
    max_uses BIGINT NOT NULL CHECK (max_uses > 0),
    -- Reservations and settled uses; settled ones alone.
    used BIGINT NOT NULL DEFAULT 0 CHECK (used >= 0 AND used <= max_uses),
    settled BIGINT NOT NULL DEFAULT 0 CHECK (settled >= 0 AND settled <= used),
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by BIGINT,
    end_reason TEXT,
    -- Removed from its maker's list.
    hidden_at BIGINT,
    -- The position of the feed that can take its ground away, when it was made.
    ground BIGINT,
    -- A place that only one open invitation may hold (the first account's link).
    slot TEXT
);

CREATE UNIQUE INDEX invitations_one_open_pair ON invitations (kind, target_id, recipient_id)
    WHERE state = 'open' AND recipient_id IS NOT NULL;
CREATE UNIQUE INDEX invitations_one_open_slot ON invitations (slot)
    WHERE state = 'open' AND slot IS NOT NULL;
CREATE INDEX invitations_by_issuer ON invitations (issuer_id, kind, id);
CREATE INDEX invitations_by_recipient ON invitations (recipient_id, kind, id) WHERE state = 'open';
CREATE INDEX invitations_by_target ON invitations (target_id, kind, id) WHERE state = 'open';
CREATE INDEX invitations_by_expiry ON invitations (expires_at)
    WHERE state = 'open' AND expires_at IS NOT NULL;

-- The ledger: who came, when, by which invitation.
CREATE TABLE uses (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id BIGINT NOT NULL REFERENCES invitations (id),
    act_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    user_id BIGINT,
    username TEXT NOT NULL,
    reserved_at BIGINT NOT NULL,
    -- When the job may settle it.
    settle_after BIGINT NOT NULL,
    settled_at BIGINT
);

CREATE INDEX uses_by_invitation ON uses (invitation_id, id);
CREATE INDEX uses_by_user ON uses (user_id);
CREATE INDEX uses_to_settle ON uses (settle_after) WHERE state = 'reserved';

-- How far the outboxes of other services have been read.
CREATE TABLE cursors (
    feed TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);

-- A known text under the master key: a wrong key is found at start and not at the first list.
CREATE TABLE seal_check (
    id BIGINT PRIMARY KEY,
    sealed BLOB NOT NULL
);
