-- Which installation this database belongs to. No row before it belongs to one.
CREATE TABLE installation (
    place BIGINT PRIMARY KEY CHECK (place = 1),
    id TEXT NOT NULL
);

-- The highest numbers that the databases of the installation have given out, as far as this one knows: a
-- database that knows less of its own numbers than the others do is an older copy.
CREATE TABLE numbers_given (
    -- SERVICE.TABLE; SERVICE alone says that it belongs to the installation.
    name TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);
