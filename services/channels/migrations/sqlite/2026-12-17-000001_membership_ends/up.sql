-- When a membership ends by itself. From then on no guard takes it for one; a job writes it down.
ALTER TABLE members ADD COLUMN ends_at BIGINT;

CREATE INDEX members_by_end ON members (ends_at) WHERE ends_at IS NOT NULL;
-- Whatever tells the members of a channel something first writes down who is a member no more.
CREATE INDEX members_by_end_in_channel ON members (channel_id, ends_at) WHERE ends_at IS NOT NULL;
