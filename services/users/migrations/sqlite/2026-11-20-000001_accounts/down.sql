DROP TABLE act_keys;
DROP TABLE login_failures;
DROP TABLE accounts;
