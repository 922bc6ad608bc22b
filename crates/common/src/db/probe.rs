//! Whether a database takes changes, found out by making one and taking it back: who only reads sees
//! nothing of a full disk, of a standby or of a database that was closed for changes.

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Db;
use super::conn::Conn;
use crate::fault::Fault;

/// Needs pages of the file, and at the commit the log beside it.
const ON_SQLITE: &str = "\
    CREATE TABLE latchkey_probe (bytes BLOB); \
    INSERT INTO latchkey_probe VALUES (zeroblob(65536)); \
    DROP TABLE latchkey_probe";

/// Needs a file of its own with a page in it, and at the commit the log. Nobody else sees the table,
/// and it goes with the transaction.
const ON_POSTGRES: &str = "\
    CREATE TEMPORARY TABLE latchkey_probe ON COMMIT DROP AS SELECT 1 AS n";

/// Needs the log alone: for a role that may make no temporary table. What it drops is not there; that
/// is refused all the same where a setting closes the database.
const LOG_ON_POSTGRES: &str = "\
    DROP TABLE IF EXISTS pg_temp.latchkey_probe; \
    SELECT pg_logical_emit_message(true, 'latchkey', '')";

const QUESTION: &str = "\
    SELECT has_database_privilege(current_database(), 'TEMPORARY') AS may_make_tables";

#[derive(QueryableByName)]
struct Rights {
    #[diesel(sql_type = Bool)]
    may_make_tables: bool,
}

impl Db {
    /// Makes a change, commits it, and leaves nothing of it.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator when the database takes none. Where so much waits
    /// that it is not this one's turn, nothing is known and nothing said.
    pub async fn try_a_change(&self) -> Result<(), Fault> {
        match self.write(change).await {
            Ok(()) => {
                self.inner.writers.takes_changes();
                Ok(())
            }
            Err(Fault::Unavailable { source: None, .. }) => Ok(()),
            Err(Fault::Unavailable {
                source: Some(why), ..
            }) => Err(Fault::invalid(format!(
                "it answers, and takes no changes ({why}): is its disk full, is it read-only, is its \
                 server a standby?"
            ))),
            Err(fault) => Err(fault),
        }
    }
}

/// The change. For whoever has a transaction around it.
pub(super) fn change(conn: &mut Conn) -> Result<(), Fault> {
    let Conn::Postgres(c) = conn else {
        return Ok(conn.batch(ON_SQLITE)?);
    };
    let rights: Rights = diesel::sql_query(QUESTION).get_result(c)?;
    Ok(conn.batch(if rights.may_make_tables {
        ON_POSTGRES
    } else {
        LOG_ON_POSTGRES
    })?)
}
