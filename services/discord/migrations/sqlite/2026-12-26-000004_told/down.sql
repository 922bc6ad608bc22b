DROP INDEX discord_links_to_tell;
ALTER TABLE discord_links DROP COLUMN is_told;
