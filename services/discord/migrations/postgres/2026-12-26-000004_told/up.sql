-- Whether users knows where the link stands; of those of before it is told once.
ALTER TABLE discord_links ADD COLUMN is_told BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX discord_links_to_tell ON discord_links (id) WHERE NOT is_told;
