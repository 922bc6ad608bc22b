-- Up to which message the name of a deleted person was taken away: going through all messages takes many transactions, and
-- may be cut between two of them.
CREATE TABLE departed (
    user_id BIGINT NOT NULL PRIMARY KEY,
    walked_to BIGINT NOT NULL
);
