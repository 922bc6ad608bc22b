-- What happened from now on is told by nobody.
DROP TRIGGER tell_made;
DROP TRIGGER tell_ended;
DROP TRIGGER tell_edited;
DROP TRIGGER tell_renewed;
DROP TRIGGER tell_used;
DROP TRIGGER tell_settled;
DROP TRIGGER tell_group_joined;
DROP TRIGGER tell_group_left;
DROP TRIGGER tell_namespace_joined;
DROP TRIGGER tell_namespace_left;
ALTER TABLE invitations DROP COLUMN edited_by;
ALTER TABLE invitations DROP COLUMN edited_at;
DROP TABLE event_counter;
DROP TABLE events;
