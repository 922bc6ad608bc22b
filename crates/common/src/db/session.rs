//! The server's half of a connection. When a connection was lost, the server may not know it yet, and
//! its session keeps what it has locked: rows of a transaction, an advisory lock. So whoever opens a
//! new connection in place of a lost one ends that session first.

use std::thread;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use super::QueryResult;
use super::conn::Conn;

/// A session of ours. The beginning is part of its name, because the ids of processes come again.
#[derive(Debug, Clone, Copy, QueryableByName)]
pub(super) struct Session {
    #[diesel(sql_type = Integer)]
    pid: i32,
    /// In microseconds since 1970.
    #[diesel(sql_type = BigInt)]
    began: i64,
}

const SELF: &str = "\
    SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint AS began \
    FROM pg_stat_activity WHERE pid = pg_backend_pid()";

/// Everybody may end sessions of the same role.
const END: &str = "\
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 \
    AND (extract(epoch FROM backend_start) * 1000000)::bigint = $2";

/// How often it is looked whether the session is gone, and how long it is waited for. A process that
/// was told to end does so within milliseconds.
const LOOK: Duration = Duration::from_millis(10);
const LOOKS: u32 = 100;

impl Session {
    /// That of `conn`; `None` on `SQLite`.
    pub(super) fn of(conn: &mut Conn) -> QueryResult<Option<Self>> {
        match conn {
            Conn::Sqlite(_) => Ok(None),
            Conn::Postgres(c) => diesel::sql_query(SELF).get_result(c).map(Some),
        }
    }

    /// Ends it, if it is still there, with everything that it has not committed. False when it does
    /// not go.
    pub(super) fn end(self, conn: &mut Conn) -> QueryResult<bool> {
        let Conn::Postgres(c) = conn else {
            return Ok(true);
        };
        for _ in 0..LOOKS {
            let told = diesel::sql_query(END)
                .bind::<Integer, _>(self.pid)
                .bind::<BigInt, _>(self.began)
                .execute(c)?;
            if told == 0 {
                return Ok(true);
            }
            thread::sleep(LOOK);
        }
        Ok(false)
    }
}
