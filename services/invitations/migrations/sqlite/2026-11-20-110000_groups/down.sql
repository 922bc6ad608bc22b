DROP TABLE join_requests;
DROP TABLE group_members;
DROP TABLE groups;
