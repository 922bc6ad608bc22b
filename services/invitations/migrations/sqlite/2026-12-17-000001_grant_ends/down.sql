ALTER TABLE acts DROP COLUMN ends_after;
ALTER TABLE grants DROP COLUMN ends_after;
ALTER TABLE invitations DROP COLUMN ends_after;
