-- A key that waits has signed nothing.
DELETE FROM signing_keys WHERE retired_at IS NULL AND signs_since IS NULL;
DROP INDEX signing_keys_one_waits;
DROP INDEX signing_keys_one_signs;
CREATE UNIQUE INDEX signing_keys_one_signs ON signing_keys ((retired_at IS NULL)) WHERE retired_at IS NULL;
ALTER TABLE signing_keys DROP COLUMN signs_since;
