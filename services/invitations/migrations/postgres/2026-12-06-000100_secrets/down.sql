-- Further secrets than the first have no place any more, and open nothing.
DROP TABLE invitation_texts;
ALTER TABLE uses DROP COLUMN secret_id;
DROP TRIGGER first_secret ON invitations;
DROP FUNCTION write_first_secret();
DROP TABLE secrets;
