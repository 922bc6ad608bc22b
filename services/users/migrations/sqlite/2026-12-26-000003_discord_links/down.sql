DROP TABLE discord_links;
