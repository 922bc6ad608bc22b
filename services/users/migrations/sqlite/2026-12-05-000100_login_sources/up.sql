-- Failures are counted by name and by where they come from. SQLite has no other way to another key than
-- another table.
CREATE TABLE login_failures_by_source (
    name_folded TEXT NOT NULL,
    -- A network, a device that signed in before, or a session; empty: all that are no such device together.
    source TEXT NOT NULL,
    failures BIGINT NOT NULL,
    window_started_at BIGINT NOT NULL,
    PRIMARY KEY (name_folded, source)
);
INSERT INTO login_failures_by_source (name_folded, source, failures, window_started_at)
    SELECT name_folded, '', failures, window_started_at FROM login_failures;
DROP TABLE login_failures;
ALTER TABLE login_failures_by_source RENAME TO login_failures;
CREATE INDEX login_failures_age ON login_failures (window_started_at);
