DROP INDEX invitations_open_requests;
