DROP TABLE choir_invitations;
DROP TABLE choir_whitelist;
DROP TABLE choir_keys;
