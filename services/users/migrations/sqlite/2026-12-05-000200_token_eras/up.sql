-- How often the signed tokens of the account were ended: a token carries the era in which it was made, so that
-- no clock decides whether that was before or after. Tokens of before this column count as of era 0.
ALTER TABLE accounts ADD COLUMN token_era BIGINT NOT NULL DEFAULT 0;
