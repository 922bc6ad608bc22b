DROP TABLE seal_check;
DROP TABLE cursors;
DROP TABLE uses;
DROP TABLE invitations;
