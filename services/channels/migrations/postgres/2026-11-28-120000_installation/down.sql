DROP TABLE numbers_given;
DROP TABLE installation;
