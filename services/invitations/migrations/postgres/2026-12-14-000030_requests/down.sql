DROP INDEX invitations_requests_by_recipient;
DROP INDEX invitations_requests_by_target;
DROP TABLE request_links;
ALTER TABLE invitations DROP COLUMN admission;
