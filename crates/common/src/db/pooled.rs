//! Whether a connection is one session of the database from its beginning to its end. Settings, locks and prepared
//! statements belong to a session; a pooler that gives each transaction another one, as `PgBouncer` does with
//! `pool_mode = transaction` or `statement`, scatters them. With `pool_mode = session` it does not.

use diesel::prelude::*;
use diesel::sql_types::Integer;

use super::QueryResult;
use super::conn::Conn;
use super::open::Opener;
use super::plan::Role;
use crate::fault::Fault;

/// Who asks, of two connections. A pooler hands out what was used last, or one after the other: each way one
/// of them meets a session that it did not have before, or the other's.
const ORDER: [Who; 6] = [
    Who::One,
    Who::One,
    Who::Other,
    Who::One,
    Who::Other,
    Who::Other,
];
/// Others may be at it at the same time.
const ROUNDS: usize = 3;

#[derive(Clone, Copy)]
enum Who {
    One,
    Other,
}

#[derive(QueryableByName)]
struct Backend {
    #[diesel(sql_type = Integer)]
    pid: i32,
}

impl Opener {
    /// Refuses a pooler that does not keep sessions together.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub(super) fn refuse_pooled(&self) -> Result<(), Fault> {
        if !self.has_many_writers() {
            return Ok(());
        }
        let (mut one, mut other) = (self.open(Role::Reader)?, self.open(Role::Reader)?);
        // One that takes statements and no transactions scatters even more. Asked twice: a connection may break.
        if one.batch("BEGIN").is_err() && self.open(Role::Reader)?.batch("BEGIN").is_err() {
            return Err(Fault::invalid(SCATTERED));
        }
        one.batch("ROLLBACK")?;
        let (mut of_one, mut of_other) = (None, None);
        for who in [ORDER; ROUNDS].into_iter().flatten() {
            let (conn, seen) = match who {
                Who::One => (&mut one, &mut of_one),
                Who::Other => (&mut other, &mut of_other),
            };
            let pid = session_of_a_transaction(conn)?;
            let is_the_same = *seen.get_or_insert(pid) == pid;
            if !is_the_same || of_one == of_other {
                return Err(Fault::invalid(SCATTERED));
            }
        }
        Ok(())
    }
}

const SCATTERED: &str = "between this machine and PostgreSQL stands a pooler that gives each transaction another \
                         session (PgBouncer with pool_mode = transaction or statement), and Latchkey keeps settings, \
                         locks and prepared statements in its sessions: connect to PostgreSQL itself, or set \
                         pool_mode = session for this database";

/// Which session runs a transaction of this connection.
fn session_of_a_transaction(conn: &mut Conn) -> Result<i32, Fault> {
    conn.batch("BEGIN")?;
    let Conn::Postgres(c) = conn else {
        return Ok(0);
    };
    let found: QueryResult<Backend> =
        diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(c);
    let pid = found?.pid;
    conn.batch("COMMIT")?;
    Ok(pid)
}
