-- Whether people without an account may ask for one, and what they are asked. Without a row they may not.
CREATE TABLE application_form (
    id BIGINT PRIMARY KEY,
    is_open BOOLEAN NOT NULL,
    welcome TEXT,
    -- A JSON list of texts.
    questions TEXT NOT NULL
);

-- What somebody without an account has said of themselves. How it stands is said by the invitation's row; these rows
-- go a while after it has ended.
CREATE TABLE applications (
    invitation_id BIGINT PRIMARY KEY REFERENCES invitations (id),
    -- SHA-256 of what its maker asks by. It opens nothing.
    secret_hash BLOB NOT NULL UNIQUE,
    name TEXT NOT NULL,
    email TEXT,
    message TEXT,
    -- A JSON list of questions with their answers.
    answers TEXT NOT NULL,
    -- The invitation that a yes has made, and its secret under the master key.
    invited_id BIGINT REFERENCES invitations (id),
    link_sealed BLOB
);

CREATE INDEX invitations_applications ON invitations (id)
    WHERE direction = 'request' AND kind = 'registration';
