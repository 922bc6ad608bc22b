//! One connection to either database, and the macro that runs a statement on it.

use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::result::QueryResult;
use diesel::sqlite::SqliteConnection;

/// A synchronous connection. Units of work get one; nothing else holds one.
pub enum Conn {
    /// `SQLite`, a file of ours.
    Sqlite(SqliteConnection),
    /// `PostgreSQL`.
    Postgres(PgConnection),
}

impl Conn {
    /// Runs statements that have no result, unprepared.
    pub fn batch(&mut self, sql: &str) -> QueryResult<()> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        }
    }

    /// True when the server has ended the connection and its word of that is here. Asks nobody and
    /// never waits.
    pub(super) fn has_ended(&mut self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            // Looking for notifications, of which there are none, reads what is here: first the server's
            // last words, then the end.
            Self::Postgres(conn) => (0..2).any(|_| {
                let mut heard = conn.notifications_iter();
                matches!(heard.next(), Some(Err(_)))
            }),
        }
    }

    /// True on `PostgreSQL`, where several writers work at once.
    pub const fn has_many_writers(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

/// Runs one statement on a [`Conn`]: it is compiled once for each database, so a boxed query is
/// built inside the macro's arm.
///
/// ```text
/// on!(conn, |c| accounts::table.find(id).first::<Account>(c).optional())
/// ```
#[macro_export]
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::db::Conn::Sqlite($c) => $body,
            $crate::db::Conn::Postgres($c) => $body,
        }
    };
}

/// Runs `work` in a savepoint. Where it fails, all that it did is undone and the transaction goes on, which
/// `PostgreSQL`'s would not without it.
///
/// # Errors
/// Trouble with the savepoint itself, as where the connection is gone.
pub fn in_savepoint<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> QueryResult<QueryResult<T>> {
    conn.batch("SAVEPOINT in_savepoint")?;
    let done = work(conn);
    conn.batch(match done {
        Ok(_) => "RELEASE SAVEPOINT in_savepoint",
        Err(_) => "ROLLBACK TO SAVEPOINT in_savepoint; RELEASE SAVEPOINT in_savepoint",
    })?;
    Ok(done)
}

/// [`in_savepoint`]; answers `None` when `work` met a unique rule. For a plain insert `on_conflict_do_nothing` is
/// cheaper and says the same.
///
/// At most one unique rule may be in reach of `work`: `SQLite` does not name the one it met.
pub fn unless_duplicate<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> QueryResult<T>,
) -> QueryResult<Option<T>> {
    use diesel::result::{DatabaseErrorKind, Error};
    match in_savepoint(conn, work)? {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        done => done.map(Some),
    }
}
