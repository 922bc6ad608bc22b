-- What invitations gave beyond the first thing has no place any more.
DROP TABLE acts;
DROP TABLE grants;
ALTER TABLE invitations DROP COLUMN on_lost_right;
ALTER TABLE invitations DROP COLUMN further_grants;
