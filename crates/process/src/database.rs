//! Opening a service's database for serving.

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::{Db, DbSettings, Location, SoleUse};
use latchkey_common::jobs::Job;
use latchkey_common::server::{AliveCheck, Parts, ReadyCheck};

use crate::output::Trouble;
use crate::service::Service;

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
    service: &'static str,
    /// The database.
    pub db: Db,
    /// What keeps others out, where something must.
    lock: Option<SoleUse>,
}

/// Opens the database of a service. `SQLite` migrates at start; on `PostgreSQL` that is a command
/// of its own, with a role of its own.
///
/// # Errors
/// A sentence that names the service.
pub fn open(
    settings: &Settings,
    service: &Service,
    clock: &Clock,
    wanted: Use,
) -> Result<Opened, Trouble> {
    let name = service.name();
    let db = settings.db_settings(name)?;
    let named = |trouble: Trouble| Trouble::said(format!("the database of {name}: {trouble}"));
    let lock = match (&db.location, wanted) {
        (Location::Sqlite(_), Use::Sole) => {
            Db::migrate(&db, service.migrations).map_err(|fault| named(fault.into()))?;
            None
        }
        (Location::Sqlite(_), Use::Shared) => {
            return Err(Trouble::said(format!(
                "a service of its own keeps its data in PostgreSQL: set LATCHKEY_{}__DATABASE_URL \
                 (SQLite is for one process, `latchkey serve`)",
                service.plan.upper()
            )));
        }
        (Location::Postgres(_), _) => Some(ready_postgres(&db, service, wanted).map_err(named)?),
    };
    let db = Db::open(&db, clock).map_err(|fault| named(fault.into()))?;
    Ok(Opened {
        service: name,
        db,
        lock,
    })
}

fn ready_postgres(db: &DbSettings, service: &Service, wanted: Use) -> Result<SoleUse, Trouble> {
    match (Db::pending(db, service.migrations)?, wanted) {
        (0, Use::Sole) => Ok(SoleUse::take(db)?),
        (0, Use::Shared) => Ok(SoleUse::share(db)?),
        (count, Use::Sole) => Err(Trouble::said(format!(
            "{count} migrations of {} have not run; run `latchkey migrate` first",
            service.name()
        ))),
        (count, Use::Shared) => Err(Trouble::said(format!(
            "{count} migrations have not run; run `{} migrate` first",
            service.plan.binary()
        ))),
    }
}

/// Readiness and liveness ask every database, and the locks are kept: without one the process must not
/// go on unseen.
pub fn look_after(opened: Vec<Opened>) -> Parts {
    let mut parts = Parts::default();
    let mut locks = Vec::new();
    for Opened { service, db, lock } in opened {
        locks.extend(lock);
        parts.places.push(format!("{service}={}", db.location()));
        parts.alive.push(alive(&db));
        parts.ready.push(ReadyCheck::over(
            &Arc::new(db),
            format!("{service} database"),
            |db| async move { db.ping().await },
        ));
    }
    let locks = Arc::new(locks);
    let check = |locks: Arc<Vec<SoleUse>>| async move { SoleUse::check_all(&locks).await };
    let job = Job::over(&locks, "hold-databases", LOCK_CHECK, check);
    parts.jobs.push(job);
    parts
        .ready
        .push(ReadyCheck::over(&locks, "sole use", check));
    parts
}

/// Whether a restart is all that can bring back the connections to the database.
fn alive(db: &Db) -> AliveCheck {
    let db = db.clone();
    AliveCheck::new(format!("{} database", db.service()), move || {
        let stuck = db.stuck_for().filter(|stuck| *stuck > STUCK)?;
        let seconds = stuck.as_secs();
        Some(format!("every connection has been stuck for {seconds} s"))
    })
}
