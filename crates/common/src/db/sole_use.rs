//! One process that runs all services keeps state in memory that a second one beside it would not
//! see (who has a live stream, which session has just ended). So it holds an advisory lock on each
//! `PostgreSQL` database; beside `SQLite` files lies a lock file instead.

use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::lanes::Role;
use super::open::Opener;
use super::{Conn, DbSettings, opener};
use crate::fault::Fault;

const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(\
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
    conn: Mutex<Option<Conn>>,
}

impl SoleUse {
    /// Takes the lock.
    ///
    /// # Errors
    /// `Invalid` with a sentence when another process holds it.
    pub fn take(settings: &DbSettings) -> Result<Self, Fault> {
        let opener = opener(settings);
        let conn = lock(&opener)?;
        Ok(Self {
            opener,
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
        *held = Some(lock(&self.opener)?);
        Ok(())
    }
}

fn lock(opener: &Opener) -> Result<Conn, Fault> {
    let mut conn = opener.open(Role::Reader)?;
    if ask(&mut conn, TRY_LOCK)? {
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
