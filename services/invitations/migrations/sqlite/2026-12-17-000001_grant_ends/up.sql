-- After how many milliseconds from coming in whoever came is in no more, for each thing that is given.
ALTER TABLE invitations ADD COLUMN ends_after BIGINT;
ALTER TABLE grants ADD COLUMN ends_after BIGINT;
ALTER TABLE acts ADD COLUMN ends_after BIGINT;
