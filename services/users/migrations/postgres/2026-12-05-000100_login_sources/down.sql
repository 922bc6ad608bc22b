DELETE FROM login_failures WHERE source <> '';
ALTER TABLE login_failures DROP CONSTRAINT login_failures_pkey, DROP COLUMN source;
ALTER TABLE login_failures ADD PRIMARY KEY (name_folded);
