-- Namespaces, in trees of one owner each. An id is never given again, because invitations that have
-- ended go on naming it.
CREATE TABLE namespaces (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner_id BIGINT NOT NULL,
    -- Its own id at the top of a tree.
    root_id BIGINT NOT NULL,
    parent_id BIGINT REFERENCES namespaces (id),
    name TEXT NOT NULL,
    -- The names from the top down, with slashes between, and the form in which they are compared.
    path TEXT NOT NULL,
    path_folded TEXT NOT NULL,
    description TEXT NOT NULL,
    -- The same in all of a tree.
    visibility TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE UNIQUE INDEX namespaces_by_path ON namespaces (owner_id, path_folded);
CREATE INDEX namespaces_by_parent ON namespaces (parent_id, id);
CREATE INDEX namespaces_by_root ON namespaces (root_id);

-- Who was let into a tree, always at its top.
CREATE TABLE collaborators (
    root_id BIGINT NOT NULL REFERENCES namespaces (id),
    user_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (root_id, user_id)
);

CREATE INDEX collaborators_by_user ON collaborators (user_id);
