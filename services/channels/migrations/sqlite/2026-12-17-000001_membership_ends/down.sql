DROP INDEX members_by_end_in_channel;
DROP INDEX members_by_end;
ALTER TABLE members DROP COLUMN ends_at;
