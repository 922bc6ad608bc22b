-- Without a position every event of the feed counts.
UPDATE invitations SET ground = NULL WHERE kind = 'channel' AND state = 'open';
