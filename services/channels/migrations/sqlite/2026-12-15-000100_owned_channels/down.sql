DROP INDEX channels_owner;
