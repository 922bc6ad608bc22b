-- When somebody is in a group or a tree of namespaces no more. From then on no guard takes them for a member; a job
-- takes them out.
ALTER TABLE group_members ADD COLUMN ends_at BIGINT;
ALTER TABLE collaborators ADD COLUMN ends_at BIGINT;

CREATE INDEX group_members_by_end ON group_members (ends_at) WHERE ends_at IS NOT NULL;
CREATE INDEX collaborators_by_end ON collaborators (ends_at) WHERE ends_at IS NOT NULL;
