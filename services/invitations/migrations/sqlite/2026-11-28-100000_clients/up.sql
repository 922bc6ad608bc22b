-- What a group is, in its contract's words.
ALTER TABLE groups ADD COLUMN group_type TEXT NOT NULL DEFAULT 'AMATEUR';
-- A user of the choir platform whom an invitation is about, where it is about one. An invitation of the
-- platform may be for nobody in particular, or into no choir: then that text is empty.
ALTER TABLE choir_invitations ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
