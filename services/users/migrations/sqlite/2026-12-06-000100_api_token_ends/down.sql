-- A release that knows no end must not take what has ended for good.
DELETE FROM api_tokens WHERE expires_at IS NOT NULL;
DROP INDEX api_tokens_end;
ALTER TABLE api_tokens DROP COLUMN expires_at;
