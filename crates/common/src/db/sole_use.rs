//! One process that runs all services keeps state in memory that a second one beside it would not
//! see (who has a live stream, which session has just ended). So it holds an advisory lock on each
//! `PostgreSQL` database; beside `SQLite` files lies a lock file instead. Services of their own share
//! the lock: they keep out such a process and let each other in.

use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::open::Opener;
use super::plan::Role;
use super::{Conn, DbSettings, opener};
use crate::fault::Fault;

const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(\
    hashtextextended('latchkey-sole-use:' || current_schema(), 0)) AS held";

const TRY_SHARE: &str = "SELECT pg_try_advisory_lock_shared(\
    hashtextextended('latchkey-sole-use:' || current_schema(), 0)) AS held";

const STILL_THERE: &str = "SELECT true AS held";

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// The lock on one database, held as long as this lives.
pub struct SoleUse {
    opener: Opener,
    statement: &'static str,
    conn: Mutex<Option<Conn>>,
}

impl SoleUse {
    /// Takes the lock.
    ///
    /// # Errors
    /// `Invalid` with a sentence when another process holds it.
    pub fn take(settings: &DbSettings) -> Result<Self, Fault> {
        Self::hold(settings, TRY_LOCK)
    }

    /// Takes the lock together with other replicas.
    ///
    /// # Errors
    /// `Invalid` with a sentence when a process that runs everything holds it.
    pub fn share(settings: &DbSettings) -> Result<Self, Fault> {
        Self::hold(settings, TRY_SHARE)
    }

    fn hold(settings: &DbSettings, statement: &'static str) -> Result<Self, Fault> {
        let opener = opener(settings);
        let conn = lock(&opener, statement)?;
        Ok(Self {
            opener,
            statement,
            conn: Mutex::new(Some(conn)),
        })
    }

    /// Makes sure that the lock is still held, and takes it again after a lost connection. Blocks.
    pub fn check(&self) -> Result<(), Fault> {
        let mut held = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(conn) = held.as_mut()
            && ask(conn, STILL_THERE).is_ok()
        {
            return Ok(());
        }
        *held = None;
        *held = Some(lock(&self.opener, self.statement)?);
        Ok(())
    }
}

fn lock(opener: &Opener, statement: &str) -> Result<Conn, Fault> {
    let mut conn = opener.open(Role::Reader)?;
    if ask(&mut conn, statement)? {
        return Ok(conn);
    }
    Err(Fault::invalid(
        "another Latchkey process uses this database; stop it first",
    ))
}

fn ask(conn: &mut Conn, sql: &str) -> Result<bool, Fault> {
    match conn {
        Conn::Sqlite(_) => Ok(true),
        Conn::Postgres(c) => Ok(diesel::sql_query(sql).get_result::<Held>(c)?.held),
    }
}
