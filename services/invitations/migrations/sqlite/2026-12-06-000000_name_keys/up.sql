-- Which rule the stored keys of names follow. The program makes them anew when it follows a newer one.
CREATE TABLE name_keys (
    rule BIGINT NOT NULL
);
INSERT INTO name_keys (rule) VALUES (1);
