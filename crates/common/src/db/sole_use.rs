//! One process that runs all services keeps state in memory that a second one beside it would not
//! see (who has a live stream, which session has just ended). So it holds an advisory lock on each
//! `PostgreSQL` database; beside `SQLite` files lies a lock file instead. Services of their own share
//! the lock: they keep out such a process and let each other in.

use std::sync::Arc;

use diesel::prelude::*;
use diesel::sql_types::Bool;
use futures_util::future::try_join_all;

use super::lanes::Queue;
use super::open::Greeting;
use super::plan::{How, Plan, Role};
use super::room::Need;
use super::start::{opener, unwatched};
use super::watchdog::Watchdog;
use super::{Conn, DbSettings};
use crate::fault::Fault;

const TRY_LOCK: &str = "SELECT pg_try_advisory_lock(\
    hashtextextended('latchkey-sole-use:' || current_schema(), 0)) AS held";

const TRY_SHARE: &str = "SELECT pg_try_advisory_lock_shared(\
    hashtextextended('latchkey-sole-use:' || current_schema(), 0)) AS held";

/// How many may ask at once whether it is held.
const QUEUE: usize = 8;

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

/// The lock on one database, held as long as this lives. A lane of its own holds it, so that a
/// connection that has fallen silent is noticed and replaced as every other one is, and the session
/// that still has the lock at the server is ended first.
pub struct SoleUse {
    queue: Queue,
    how: How,
}

impl SoleUse {
    /// Takes the lock.
    ///
    /// # Errors
    /// `Invalid` with a sentence when another process holds it.
    pub fn take(settings: &DbSettings) -> Result<Self, Fault> {
        Self::hold(settings, |conn| lock(conn, TRY_LOCK))
    }

    /// Takes the lock together with other replicas.
    ///
    /// # Errors
    /// `Invalid` with a sentence when a process that runs everything holds it.
    pub fn share(settings: &DbSettings) -> Result<Self, Fault> {
        Self::hold(settings, |conn| lock(conn, TRY_SHARE))
    }

    fn hold(settings: &DbSettings, take: Greeting) -> Result<Self, Fault> {
        let kept = settings.clone();
        unwatched(settings, move || Self::start(&kept, take))
    }

    fn start(settings: &DbSettings, take: Greeting) -> Result<Self, Fault> {
        let mut opener = opener(settings);
        opener.greeting = Some(take);
        let mut watchdog = Watchdog::of(&Arc::new(opener));
        let queue = watchdog.start_lanes(Plan {
            database: settings.service,
            role: Role::Lock,
            lanes: 1,
            queue: QUEUE,
            group: 1,
        })?;
        watchdog.watch(settings.service)?;
        let how = How {
            patience: settings.patience,
            is_single: false,
            need: Need::Ordinary,
        };
        Ok(Self { queue, how })
    }

    /// Makes sure that these locks are still held, all at once, and takes those again whose connection
    /// was lost.
    pub async fn check_all(locks: &[Self]) -> Result<(), Fault> {
        let checks = locks.iter().map(Self::check);
        try_join_all(checks).await.map(drop)
    }

    /// Makes sure that the lock is still held, and takes it again after a lost connection.
    pub async fn check(&self) -> Result<(), Fault> {
        let ask = || self.queue.run(self.how, |conn| Ok(conn.batch("SELECT 1")?));
        match ask().await {
            held @ (Ok(()) | Err(Fault::Invalid(_))) => held,
            // The connection is gone; the next one begins with the lock.
            Err(_) => ask().await,
        }
    }
}

fn lock(conn: &mut Conn, statement: &str) -> Result<(), Fault> {
    let Conn::Postgres(c) = conn else {
        return Ok(());
    };
    if diesel::sql_query(statement).get_result::<Held>(c)?.held {
        return Ok(());
    }
    Err(Fault::invalid(
        "another Latchkey process uses this database; stop it first",
    ))
}
