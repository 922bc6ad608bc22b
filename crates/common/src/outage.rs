//! Which errors of a database go away by themselves or by an operator's hand, rather than by another
//! query: 503 instead of 500. Told without reading sentences: a `PostgreSQL` server words them in its
//! own language.
//!
//! Diesel has the `SQLSTATE` and hands on only those that it has a kind for. What it leaves without one
//! is told apart by how the server reports it: a statement that makes no sense comes with its place in
//! the statement, a rule of a table has a kind, and what remains has to do with the server's state,
//! not with what was asked: the classes 08, 40, 53, 55, 57 and 58.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

/// What `SQLite` says of the result codes that mean trouble with files, locks or memory. The library is
/// compiled in, and these texts are constants of it (`sqlite3ErrStr`), one for each code; Diesel does
/// not hand the code on.
const SQLITE_TROUBLE: [(&str, &str); 13] = [
    ("SQLITE_PERM", "access permission denied"),
    ("SQLITE_ABORT_ROLLBACK", "abort due to ROLLBACK"),
    ("SQLITE_BUSY", "database is locked"),
    ("SQLITE_LOCKED", "database table is locked"),
    ("SQLITE_NOMEM", "out of memory"),
    ("SQLITE_READONLY", "attempt to write a readonly database"),
    ("SQLITE_INTERRUPT", "interrupted"),
    ("SQLITE_IOERR", "disk I/O error"),
    ("SQLITE_CORRUPT", "database disk image is malformed"),
    ("SQLITE_FULL", "database or disk is full"),
    ("SQLITE_CANTOPEN", "unable to open database file"),
    ("SQLITE_PROTOCOL", "locking protocol"),
    ("SQLITE_NOTADB", "file is not a database"),
];

/// True for an error that goes away by itself or by an operator's hand, not by another query.
pub(crate) fn is_outage(error: &Error) -> bool {
    let Error::DatabaseError(kind, info) = error else {
        return matches!(error, Error::BrokenTransactionManager);
    };
    let is_known = matches!(
        kind,
        DatabaseErrorKind::ClosedConnection
            | DatabaseErrorKind::SerializationFailure
            | DatabaseErrorKind::ReadOnlyTransaction
            | DatabaseErrorKind::UnableToSendCommand
    );
    if is_known || !matches!(kind, DatabaseErrorKind::Unknown) {
        return is_known;
    }
    if is_a_servers(info.as_ref()) {
        return info.statement_position().is_none();
    }
    let is_said = |(_, text): &(&str, &str)| info.message() == *text;
    SQLITE_TROUBLE.iter().any(is_said)
}

/// True when the connection can only read: the server behind it has become a standby, or an operator
/// has closed the database for changes. Another connection may lead to one that writes.
pub(crate) fn can_only_read(error: &Error) -> bool {
    matches!(
        error,
        Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, _)
    )
}

/// True for a report of a `PostgreSQL` server. Diesel keeps that as the report it is, and errors of
/// `SQLite` as their text: nothing else tells them apart.
fn is_a_servers(info: &(dyn DatabaseErrorInformation + Send + Sync)) -> bool {
    size_of_val(info) != size_of::<String>()
}
