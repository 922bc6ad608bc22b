CREATE TABLE login_failures_by_name (
    name_folded TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    window_started_at BIGINT NOT NULL
);
INSERT INTO login_failures_by_name (name_folded, failures, window_started_at)
    SELECT name_folded, failures, window_started_at FROM login_failures WHERE source = '';
DROP TABLE login_failures;
ALTER TABLE login_failures_by_name RENAME TO login_failures;
CREATE INDEX login_failures_age ON login_failures (window_started_at);
