-- The event that a membership began with is its number.
CREATE UNIQUE INDEX members_by_event ON members (joined_event);
