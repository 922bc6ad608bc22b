-- Groups. A deleted one stays for the ledger; its name is free again.
CREATE TABLE groups (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- What the contract shows.
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    description TEXT,
    -- A JSON list of words.
    sports TEXT NOT NULL,
    accepting_new_members BOOLEAN NOT NULL,
    verification_request BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);

CREATE UNIQUE INDEX groups_one_name ON groups (name_folded) WHERE deleted_at IS NULL;

CREATE TABLE group_members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    group_id BIGINT NOT NULL REFERENCES groups (id),
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    is_creator BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (group_id, user_id)
);

CREATE INDEX group_members_by_user ON group_members (user_id, id);

-- What an invitation to a group has beyond every other: the id and the words of its contract.
CREATE TABLE join_requests (
    invitation_id BIGINT PRIMARY KEY REFERENCES invitations (id),
    uuid TEXT NOT NULL UNIQUE,
    message TEXT,
    -- The word that decided it, as it was sent.
    word TEXT,
    updated_at BIGINT NOT NULL
);
