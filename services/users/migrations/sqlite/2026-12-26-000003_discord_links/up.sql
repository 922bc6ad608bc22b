-- Who has which link to Discord, as the service that makes them told: for the archive that people take along, because
-- nobody asks that service.
CREATE TABLE discord_links (
    user_id BIGINT NOT NULL PRIMARY KEY REFERENCES accounts (id),
    link TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
