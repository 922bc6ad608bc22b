DROP TABLE collaborators;
DROP TABLE namespaces;
