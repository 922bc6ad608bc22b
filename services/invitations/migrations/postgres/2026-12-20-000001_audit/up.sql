-- What super users and the operator did here, a row each, written with what they did. No secret is in it.
CREATE TABLE audit (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    -- acc_7, or operator.
    who TEXT NOT NULL,
    -- As it was then; what names are compared by beside it, for whoever looks for one.
    who_name TEXT NOT NULL,
    who_key TEXT NOT NULL,
    verb TEXT NOT NULL,
    -- A typed id; absent for what has no number.
    target TEXT,
    target_name TEXT NOT NULL,
    target_key TEXT NOT NULL,
    way TEXT NOT NULL,
    -- As far as the log shows it.
    client TEXT,
    reason TEXT,
    request_id TEXT
);

CREATE INDEX audit_by_age ON audit (at);
CREATE INDEX audit_by_who ON audit (who, id);
CREATE INDEX audit_by_who_key ON audit (who_key, id);
CREATE INDEX audit_by_target ON audit (target, id);
CREATE INDEX audit_by_target_key ON audit (target_key, id);
CREATE INDEX audit_by_verb ON audit (verb, id);
