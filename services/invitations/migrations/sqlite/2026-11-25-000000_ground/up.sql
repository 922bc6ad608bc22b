-- The ground of a channel invitation is the event that its issuer's membership began with, and no longer
-- a position of the feed. What is open already rests on whichever membership the issuer has.
UPDATE invitations SET ground = NULL WHERE kind = 'channel' AND state = 'open';
