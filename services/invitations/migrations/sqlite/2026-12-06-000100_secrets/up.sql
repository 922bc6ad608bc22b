-- What opens an invitation. One may have several, and each that lives opens it.
CREATE TABLE secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    invitation_id BIGINT NOT NULL REFERENCES invitations (id),
    -- SHA-256 of the secret.
    hash BLOB NOT NULL UNIQUE,
    -- The secret under the master key, where its contract shows it again.
    sealed BLOB,
    -- What its maker calls it.
    label TEXT,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE INDEX secrets_by_invitation ON secrets (invitation_id, id);

INSERT INTO secrets (invitation_id, hash, sealed, created_at)
    SELECT id, secret_hash, secret_sealed, created_at FROM invitations
    WHERE secret_hash IS NOT NULL ORDER BY id;

-- The first secret of an invitation stands in its row too: replicas of the release before know no other
-- place, and write no other. So this is who writes its row here, until that column goes.
CREATE TRIGGER first_secret AFTER INSERT ON invitations WHEN NEW.secret_hash IS NOT NULL
BEGIN
    INSERT INTO secrets (invitation_id, hash, sealed, created_at)
        VALUES (NEW.id, NEW.secret_hash, NEW.secret_sealed, NEW.created_at);
END;

-- By which secret somebody came; those who came before had no choice.
ALTER TABLE uses ADD COLUMN secret_id BIGINT;
UPDATE uses SET secret_id =
    (SELECT secrets.id FROM secrets WHERE secrets.invitation_id = uses.invitation_id);

-- What makers say about an invitation: to the guest, and to themselves.
CREATE TABLE invitation_texts (
    invitation_id BIGINT PRIMARY KEY REFERENCES invitations (id),
    message TEXT,
    label TEXT,
    note TEXT,
    -- Its name in another system.
    reference TEXT,
    -- Why somebody took it back, in their words.
    revoked_because TEXT
);
