-- An invitation that takes another's place: its secrets went over, so that a link that had ended works again. The
-- older one stays as it is, and has one successor at most.
CREATE TABLE invitation_renewals (
    invitation_id BIGINT PRIMARY KEY REFERENCES invitations (id),
    replaces BIGINT NOT NULL UNIQUE REFERENCES invitations (id)
);
