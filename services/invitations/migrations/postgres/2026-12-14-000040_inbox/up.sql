-- What waits to be decided, newest first.
CREATE INDEX invitations_open_requests ON invitations (id)
    WHERE direction = 'request' AND state = 'open';
