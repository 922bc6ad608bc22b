-- A key is published before it signs, so that whoever checks tokens knows it by then. One signs and one waits,
-- whoever makes one at the same time.
ALTER TABLE signing_keys ADD COLUMN signs_since BIGINT;
UPDATE signing_keys SET signs_since = created_at;
DROP INDEX signing_keys_one_signs;
CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys ((retired_at IS NULL))
    WHERE retired_at IS NULL AND signs_since IS NOT NULL;
CREATE UNIQUE INDEX signing_keys_one_waits ON signing_keys ((retired_at IS NULL))
    WHERE retired_at IS NULL AND signs_since IS NULL;
