DROP INDEX collaborators_by_end;
DROP INDEX group_members_by_end;
ALTER TABLE collaborators DROP COLUMN ends_at;
ALTER TABLE group_members DROP COLUMN ends_at;
