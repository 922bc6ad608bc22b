CREATE TABLE accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL,
    -- What names are compared and searched by; made by the program, because lower() differs.
    username_folded TEXT NOT NULL UNIQUE,
    email TEXT,
    email_folded TEXT UNIQUE,
    password_hash TEXT NOT NULL,
    is_super_user BOOLEAN NOT NULL,
    is_locked BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    -- Signed tokens made before this moment are worthless.
    tokens_not_before BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX accounts_super_users ON accounts (id) WHERE is_super_user;

-- By name and not by account, so that a name that nobody has behaves like one that somebody has.
CREATE TABLE login_failures (
    name_folded TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    window_started_at BIGINT NOT NULL
);
CREATE INDEX login_failures_age ON login_failures (window_started_at);

CREATE TABLE act_keys (
    key TEXT NOT NULL PRIMARY KEY,
    outcome TEXT NOT NULL CHECK (outcome IN ('made', 'barred')),
    made_id BIGINT,
    decided_at BIGINT NOT NULL
);
