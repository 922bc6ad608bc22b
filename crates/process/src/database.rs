//! Opening a service's database for serving.

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::{Db, DbSettings, Location, Migrations, SoleUse};
use latchkey_common::jobs::Job;
use latchkey_common::server::{AliveCheck, ReadyCheck};

use crate::output::Trouble;

use std::sync::Arc;
use std::time::Duration;

/// How often the locks on the databases are looked after.
const LOCK_CHECK: Duration = Duration::from_secs(5);

/// A database of which nothing works for longer than this is worth a restart: the connections that
/// are stuck end with the process. Whatever may still end them by itself has had its time.
const STUCK: Duration = Duration::from_mins(1);

/// Whether other processes may use the database at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// One process runs everything and keeps in memory what a second one would not see.
    Sole,
    /// Replicas of one service.
    Shared,
}

/// A database, ready to serve.
pub struct Opened {
    /// The database.
    pub db: Db,
    /// What keeps others out, where something must.
    pub lock: Option<SoleUse>,
}

/// Opens the database of `service`. `SQLite` migrates at start; on `PostgreSQL` that is a command
/// of its own, with a role of its own.
///
/// # Errors
/// A sentence that names the service.
pub fn open(
    settings: &Settings,
    (service, migrations): (&'static str, Migrations),
    clock: &Clock,
    wanted: Use,
) -> Result<Opened, Trouble> {
    let db = settings.db_settings(service)?;
    let named = |trouble: Trouble| Trouble::said(format!("the database of {service}: {trouble}"));
    let lock = match (&db.location, wanted) {
        (Location::Sqlite(_), Use::Sole) => {
            Db::migrate(&db, migrations).map_err(|fault| named(fault.into()))?;
            None
        }
        (Location::Sqlite(_), Use::Shared) => {
            return Err(Trouble::said(format!(
                "a service of its own keeps its data in PostgreSQL: set LATCHKEY_{}__DATABASE_URL \
                 (SQLite is for one process, `latchkey serve`)",
                service.to_uppercase()
            )));
        }
        (Location::Postgres(_), _) => {
            Some(ready_postgres(&db, service, migrations, wanted).map_err(named)?)
        }
    };
    let db = Db::open(&db, clock).map_err(|fault| named(fault.into()))?;
    Ok(Opened { db, lock })
}

fn ready_postgres(
    db: &DbSettings,
    service: &str,
    migrations: Migrations,
    wanted: Use,
) -> Result<SoleUse, Trouble> {
    match (Db::pending(db, migrations)?, wanted) {
        (0, Use::Sole) => Ok(SoleUse::take(db)?),
        (0, Use::Shared) => Ok(SoleUse::share(db)?),
        (count, Use::Sole) => Err(Trouble::said(format!(
            "{count} migrations of {service} have not run; run `latchkey migrate` first"
        ))),
        (count, Use::Shared) => Err(Trouble::said(format!(
            "{count} migrations have not run; run `latchkey-{service} migrate` first"
        ))),
    }
}

/// Keeps the locks; without one the process must not go on unseen.
pub fn look_after(locks: Vec<SoleUse>) -> (Job, ReadyCheck) {
    let locks = Arc::new(locks);
    let check = move || {
        let locks = Arc::clone(&locks);
        async move { SoleUse::check_all(&locks).await }
    };
    (
        Job::every("hold-databases", LOCK_CHECK, check.clone()),
        ReadyCheck::new("sole use", check),
    )
}

/// Whether a restart is all that can bring back the connections to the database.
pub fn alive(db: &Db) -> AliveCheck {
    let db = db.clone();
    AliveCheck::new(format!("{} database", db.service()), move || {
        let stuck = db.stuck_for().filter(|stuck| *stuck > STUCK)?;
        let seconds = stuck.as_secs();
        Some(format!("every connection has been stuck for {seconds} s"))
    })
}
