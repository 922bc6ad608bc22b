//! What is done before there are lanes.

use std::thread;
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _};

use super::DbSettings;
use super::conn::Conn;
use super::location::Location;
use super::open::Opener;
use super::plan::Role;
use super::room::Room;
use crate::clock::Clock;
use crate::fault::Fault;

/// How connections of this database are opened.
pub(super) fn opener(settings: &DbSettings) -> Opener {
    Opener {
        location: settings.location.clone(),
        schema: settings.schema.clone(),
        wal_bytes: settings.sqlite_wal_bytes,
        room: Room::of(settings),
        times: settings.times,
        greeting: None,
    }
}

/// How long what is done before there are lanes may take.
const START: Duration = Duration::from_secs(30);

/// Does what blocks on a connection that no watchdog looks after. On `PostgreSQL` what does not come
/// back is left to itself: `Unavailable`.
pub(super) fn unwatched<T: Send + 'static>(
    settings: &DbSettings,
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    if matches!(settings.location, Location::Sqlite(_)) {
        return work();
    }
    let (tell, told) = crossbeam_channel::bounded(1);
    let thread = thread::Builder::new().name(format!("{}-start", settings.service));
    thread
        .spawn(move || drop(tell.send(work())))
        .map_err(Fault::internal)?;
    told.recv_timeout(START)
        .map_err(|_late| Fault::unavailable("database", "a connection to it has fallen silent"))?
}

/// Beyond this the start is refused.
const CLOCK_TOLERANCE_MS: u64 = 10_000;

#[derive(QueryableByName)]
struct DatabaseTime {
    #[diesel(sql_type = BigInt)]
    now: i64,
}

pub(super) fn check_clock(opener: &Opener, clock: &Clock) -> Result<(), Fault> {
    let mut conn = opener.open(Role::Reader)?;
    let Conn::Postgres(c) = &mut conn else {
        return Ok(());
    };
    let theirs: DatabaseTime =
        diesel::sql_query("SELECT (extract(epoch from clock_timestamp()) * 1000)::bigint AS now")
            .get_result(c)?;
    let ours = clock.now().0 - clock.shift();
    if theirs.now.abs_diff(ours) > CLOCK_TOLERANCE_MS {
        return Err(Fault::invalid(
            "the clocks of this machine and of the database differ by more than 10 seconds",
        ));
    }
    Ok(())
}
