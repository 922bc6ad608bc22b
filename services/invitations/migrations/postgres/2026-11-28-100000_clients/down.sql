ALTER TABLE choir_invitations DROP COLUMN user_id;
ALTER TABLE groups DROP COLUMN group_type;
