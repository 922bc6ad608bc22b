-- When a token ends; none: only when it is revoked, as all did before.
ALTER TABLE api_tokens ADD COLUMN expires_at BIGINT;
CREATE INDEX api_tokens_end ON api_tokens (expires_at) WHERE expires_at IS NOT NULL;
