-- What happened to invitations and requests, and who came and went in groups and trees: one row each, written in
-- the transaction of what it tells of. The database writes them itself, so that no way of changing a row can forget it.
-- A choir's invitations are not told of: they belong to the choir platform.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The one writer commits in order, so the place in it is the id.
    position BIGINT GENERATED ALWAYS AS (id) VIRTUAL,
    created_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Who is told of it beside those who manage all: the maker of an invitation, whoever asked in a request.
    owner_id BIGINT,
    invitation_id BIGINT,
    is_request BOOLEAN NOT NULL DEFAULT FALSE,
    -- The invitation whose place that one takes.
    replaces BIGINT,
    use_id BIGINT,
    secret_id BIGINT,
    -- Whom it is about, and who did it.
    person_id BIGINT,
    actor_id BIGINT,
    target_kind TEXT,
    target_id BIGINT,
    reason TEXT
);
CREATE UNIQUE INDEX events_position ON events (position);
CREATE INDEX events_by_kind ON events (kind, position);
CREATE INDEX events_by_owner ON events (owner_id, position) WHERE owner_id IS NOT NULL;

CREATE TABLE event_counter (
    last BIGINT NOT NULL,
    -- What lies up to here is not kept any more.
    purged_through BIGINT NOT NULL
);
INSERT INTO event_counter (last, purged_through) VALUES (0, 0);

-- Who changed what an open invitation promises, and when.
ALTER TABLE invitations ADD COLUMN edited_at BIGINT;
ALTER TABLE invitations ADD COLUMN edited_by BIGINT;

CREATE TRIGGER tell_made AFTER INSERT ON invitations WHEN NEW.kind <> 'choir'
BEGIN
    INSERT INTO events
        (created_at, kind, owner_id, invitation_id, is_request, person_id, actor_id, target_kind, target_id,
         reason)
        VALUES
        (NEW.created_at,
         CASE NEW.direction WHEN 'request' THEN 'join_request.created' ELSE 'invitation.created' END,
         CASE NEW.direction WHEN 'request' THEN NEW.recipient_id ELSE NEW.issuer_id END,
         NEW.id, NEW.direction = 'request', NEW.recipient_id,
         CASE NEW.direction WHEN 'request' THEN NEW.recipient_id ELSE NEW.issuer_id END,
         NEW.kind, NEW.target_id, NULL);
END;

CREATE TRIGGER tell_ended AFTER UPDATE OF state ON invitations WHEN NEW.state <> OLD.state AND NEW.kind <> 'choir'
BEGIN
    INSERT INTO events
        (created_at, kind, owner_id, invitation_id, is_request, person_id, actor_id, target_kind, target_id,
         reason)
        VALUES
        (coalesce(NEW.decided_at, CAST(unixepoch('subsec') * 1000 AS INTEGER)),
         CASE NEW.direction
            WHEN 'request' THEN CASE NEW.state
                WHEN 'declined' THEN 'join_request.rejected'
                WHEN 'expired' THEN 'join_request.expired'
                WHEN 'withdrawn' THEN CASE NEW.end_reason
                    WHEN 'joined-otherwise' THEN 'join_request.settled' ELSE 'join_request.withdrawn' END
                ELSE 'join_request.approved' END
            ELSE CASE NEW.state
                WHEN 'declined' THEN 'invitation.declined'
                WHEN 'expired' THEN 'invitation.expired'
                WHEN 'withdrawn' THEN 'invitation.revoked'
                ELSE 'invitation.used_up' END
            END,
         CASE NEW.direction WHEN 'request' THEN NEW.recipient_id ELSE NEW.issuer_id END,
         NEW.id, NEW.direction = 'request', NEW.recipient_id, NEW.decided_by, NEW.kind, NEW.target_id,
         NEW.end_reason);
END;

CREATE TRIGGER tell_edited AFTER UPDATE OF edited_at ON invitations WHEN NEW.edited_at IS NOT OLD.edited_at
BEGIN
    INSERT INTO events
        (created_at, kind, owner_id, invitation_id, is_request, person_id, actor_id, target_kind, target_id,
         reason)
        VALUES
        (NEW.edited_at, 'invitation.updated',
         CASE NEW.direction WHEN 'request' THEN NEW.recipient_id ELSE NEW.issuer_id END,
         NEW.id, NEW.direction = 'request', NEW.recipient_id, NEW.edited_by, NEW.kind, NEW.target_id, NULL);
END;

CREATE TRIGGER tell_renewed AFTER INSERT ON invitation_renewals
BEGIN
    INSERT INTO events
        (created_at, kind, owner_id, invitation_id, is_request, person_id, actor_id, target_kind, target_id,
         reason, replaces)
        SELECT i.created_at, 'invitation.renewed', i.issuer_id, i.id, i.direction = 'request', i.recipient_id,
            i.issuer_id,
            i.kind, i.target_id, NULL, NEW.replaces
        FROM invitations i WHERE i.id = NEW.invitation_id;
END;

CREATE TRIGGER tell_used AFTER INSERT ON uses
BEGIN
    INSERT INTO events
        (created_at, kind, owner_id, invitation_id, is_request, person_id, actor_id, target_kind, target_id,
         reason, use_id, secret_id)
        SELECT coalesce(NEW.settled_at, NEW.reserved_at),
            CASE NEW.state
            WHEN 'used' THEN 'redemption.settled' WHEN 'released' THEN 'redemption.released'
            ELSE 'redemption.reserved' END,
            CASE i.direction WHEN 'request' THEN i.recipient_id ELSE i.issuer_id END,
            i.id, i.direction = 'request', NEW.user_id, NEW.user_id, i.kind, i.target_id, NULL, NEW.id, NEW.secret_id
        FROM invitations i WHERE i.id = NEW.invitation_id AND i.kind <> 'choir';
END;

CREATE TRIGGER tell_settled AFTER UPDATE OF state ON uses WHEN NEW.state <> OLD.state
BEGIN
    INSERT INTO events
        (created_at, kind, owner_id, invitation_id, is_request, person_id, actor_id, target_kind, target_id,
         reason, use_id, secret_id)
        SELECT coalesce(NEW.settled_at, NEW.reserved_at),
            CASE NEW.state
            WHEN 'used' THEN 'redemption.settled' WHEN 'released' THEN 'redemption.released'
            ELSE 'redemption.reserved' END,
            CASE i.direction WHEN 'request' THEN i.recipient_id ELSE i.issuer_id END,
            i.id, i.direction = 'request', NEW.user_id, NEW.user_id, i.kind, i.target_id, NULL, NEW.id, NEW.secret_id
        FROM invitations i WHERE i.id = NEW.invitation_id AND i.kind <> 'choir';
END;

CREATE TRIGGER tell_group_joined AFTER INSERT ON group_members
BEGIN
    INSERT INTO events
        (created_at, kind, person_id, target_kind, target_id)
        VALUES
        (NEW.created_at, 'membership.created', NEW.user_id, 'group', NEW.group_id);
END;

CREATE TRIGGER tell_group_left AFTER DELETE ON group_members
BEGIN
    INSERT INTO events
        (created_at, kind, person_id, target_kind, target_id)
        VALUES
        (CAST(unixepoch('subsec') * 1000 AS INTEGER), 'membership.ended', OLD.user_id, 'group', OLD.group_id);
END;

CREATE TRIGGER tell_namespace_joined AFTER INSERT ON collaborators
BEGIN
    INSERT INTO events
        (created_at, kind, person_id, target_kind, target_id)
        VALUES
        (NEW.created_at, 'membership.created', NEW.user_id, 'namespace', NEW.root_id);
END;

CREATE TRIGGER tell_namespace_left AFTER DELETE ON collaborators
BEGIN
    INSERT INTO events
        (created_at, kind, person_id, target_kind, target_id)
        VALUES
        (CAST(unixepoch('subsec') * 1000 AS INTEGER), 'membership.ended', OLD.user_id, 'namespace', OLD.root_id);
END;
