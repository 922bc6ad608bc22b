DROP TABLE event_counter;
DROP TABLE events;
DROP TABLE act_keys;
DROP TABLE messages;
DROP TABLE past_members;
DROP TABLE members;
DROP TABLE channels;
