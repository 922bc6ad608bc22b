-- Failures are counted by name and by where they come from.
ALTER TABLE login_failures
    -- A network, a device that signed in before, or a session; empty: all that are no such device together.
    ADD COLUMN source TEXT NOT NULL DEFAULT '',
    DROP CONSTRAINT login_failures_pkey;
ALTER TABLE login_failures
    ALTER COLUMN source DROP DEFAULT,
    ADD PRIMARY KEY (name_folded, source);
