DROP TABLE departed;
