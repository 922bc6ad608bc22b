DROP INDEX members_by_event;
