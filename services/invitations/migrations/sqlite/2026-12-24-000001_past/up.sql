-- What was answered or has ended for somebody, newest first.
CREATE INDEX invitations_past_by_recipient ON invitations (recipient_id, id)
    WHERE state <> 'open' AND recipient_id IS NOT NULL;
