-- What was answered to calls with a key of their own, so that the same call again gets the same answer.
CREATE TABLE kept_answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose key it is.
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of what is asked. No password is part of it: a hash that is quick to make is quick to try.
    fingerprint BLOB NOT NULL,
    -- Always absent: no effect of this service lies in another one.
    act_key TEXT,
    -- Sealed where a secret stands in it.
    answer BLOB,
    begun_at BIGINT NOT NULL,
    UNIQUE (caller, key)
);

CREATE INDEX kept_answers_by_age ON kept_answers (begun_at);
