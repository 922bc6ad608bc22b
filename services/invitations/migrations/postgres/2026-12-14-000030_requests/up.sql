-- Whether a link lets in, or whoever has it may ask to be let in.
ALTER TABLE invitations ADD COLUMN admission TEXT NOT NULL DEFAULT 'open';

-- By which link somebody asked to come in.
CREATE TABLE request_links (
    invitation_id BIGINT PRIMARY KEY REFERENCES invitations (id),
    link_id BIGINT NOT NULL REFERENCES invitations (id),
    secret_id BIGINT
);

CREATE INDEX request_links_by_link ON request_links (link_id, invitation_id);
CREATE INDEX invitations_requests_by_target ON invitations (kind, target_id, id)
    WHERE direction = 'request';
CREATE INDEX invitations_requests_by_recipient ON invitations (recipient_id, id)
    WHERE direction = 'request';
