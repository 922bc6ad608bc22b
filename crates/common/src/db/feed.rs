//! Positions of an outbox. A change that others must hear of is written to the table `events` in
//! its own transaction; readers go by `position`, never by id, because on `PostgreSQL` a lower id can
//! become visible after a higher one and a cursor would step over it.
//!
//! `PostgreSQL`: one sequencer at a time (an advisory lock on the table) numbers what is committed;
//! readers see only rows that have a position. `SQLite`: the single writer commits in order, so
//! `position` is a generated column equal to the id.
//!
//! Replicas tell each other over a [`Bus`], where there is one, up to which position there are
//! events. Every replica looks by itself as well, so the bus decides only how soon it looks.
//!
//! Every service with an outbox has the tables `events` (`id`, `position`, `created_at`, …) and
//! `event_counter` (one row, `last`).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use diesel::sql_types::{BigInt, Nullable};
use diesel::{OptionalExtension as _, QueryableByName, RunQueryDsl as _};
use metrics::gauge;
use tokio::sync::{Notify, watch};

use super::{Conn, Db, Location, QueryResult, prepared};
use crate::bus::{Bus, News};
use crate::clock::Millis;
use crate::fault::Fault;
use crate::jobs::Job;
use crate::telemetry;

/// How often a feed looks for events that another replica wrote, while nobody tells it of them.
const POLL: Duration = Duration::from_millis(500);

/// How often it looks while the bus is connected: for what the bus loses, and for events of whoever
/// ended between its commit and its word of it. They must not be later than two seconds.
const POLL_BESIDE_BUS: Duration = Duration::from_secs(1);

/// The sequencer rests so long after each run and takes what has come meanwhile together: under
/// load a run for each event would cost more than the events.
const GATHER: Duration = Duration::from_millis(5);

const LOCK: &str = "SELECT pg_advisory_xact_lock('events'::regclass::oid::bigint)";

/// Its own statement after the lock: it sees what the sequencer before it committed. Writes nothing
/// when there is nothing to number.
const NUMBER: &str = "\
    WITH pending AS (\
        SELECT id, row_number() OVER (ORDER BY id) AS nth FROM events WHERE position IS NULL\
    ), counter AS (\
        UPDATE event_counter SET last = last + (SELECT count(*) FROM pending) \
        WHERE EXISTS (SELECT 1 FROM pending) RETURNING last\
    ), numbered AS (\
        UPDATE events SET position = counter.last - (SELECT count(*) FROM pending) + pending.nth \
        FROM pending, counter WHERE events.id = pending.id\
    ) \
    SELECT last FROM counter";

#[derive(QueryableByName)]
struct Counter {
    #[diesel(sql_type = BigInt)]
    last: i64,
}

/// How far an outbox is, and what has no position yet. On `SQLite` everything has one.
const END_SQLITE: &str = "\
    SELECT coalesce((SELECT max(position) FROM events), 0) AS head, \
    0 AS waiting, NULL AS oldest_waiting";

/// The same. The oldest is looked for by id, because that is the order of the partial index.
const END_POSTGRES: &str = "\
    SELECT coalesce((SELECT max(position) FROM events), 0) AS head, \
    (SELECT count(*) FROM events WHERE position IS NULL) AS waiting, \
    (SELECT created_at FROM events WHERE position IS NULL ORDER BY id LIMIT 1) AS oldest_waiting";

#[derive(QueryableByName)]
struct End {
    #[diesel(sql_type = BigInt)]
    head: i64,
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    oldest_waiting: Option<i64>,
}

/// Gives every committed event without a position the next ones. Answers the last that was given;
/// `None` when there was nothing to number, and on `SQLite`.
pub fn assign_positions(conn: &mut Conn) -> QueryResult<Option<i64>> {
    match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Postgres(c) => {
            prepared(diesel::sql_query(LOCK)).execute(c)?;
            let numbered = prepared(diesel::sql_query(NUMBER)).get_result(c);
            let counter: Option<Counter> = numbered.optional()?;
            Ok(counter.map(|counter| counter.last))
        }
    }
}

/// The moving end of an outbox in this process.
pub struct Feed {
    db: Db,
    bus: Option<Arc<Bus>>,
    written: Arc<Notify>,
    moved: watch::Sender<u64>,
    /// The reader of [`Feed::moved`] has everything up to this position; `NOBODY` reads.
    reached: AtomicI64,
}

/// No position is as low.
const NOBODY: i64 = -1;

impl Feed {
    /// The feed of the outbox in `db`.
    pub fn new(db: Db) -> Arc<Self> {
        Self::beside(db, None)
    }

    /// The feed of the outbox in `db`, whose replicas tell each other over `bus`. Nobody shares a
    /// `SQLite` file, so there the bus stays unused.
    pub fn beside(db: Db, bus: Option<Arc<Bus>>) -> Arc<Self> {
        let bus = bus.filter(|_| matches!(db.location(), Location::Postgres(_)));
        Arc::new(Self {
            db,
            bus,
            written: Arc::new(Notify::new()),
            moved: watch::channel(0).0,
            reached: AtomicI64::new(NOBODY),
        })
    }

    /// Says that an event was committed. Call it after the write was answered; a call that is
    /// missed (the caller was dropped) only delays the event until the next poll.
    pub fn written(&self) {
        match self.db.location() {
            Location::Sqlite(_) => self.bump(),
            Location::Postgres(_) => self.written.notify_one(),
        }
    }

    /// Gives everything that is committed by now its position, so that what a caller has done before
    /// lies before what it reads next.
    pub async fn catch_up(&self) -> Result<(), Fault> {
        if let Location::Postgres(_) = self.db.location() {
            let numbered = self.db.for_ending().change(assign_positions).await?;
            if let Some(last) = numbered {
                self.bump();
                if let Some(bus) = &self.bus {
                    bus.tell(last);
                }
            }
        }
        Ok(())
    }

    /// Changes whenever there may be something new to read.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// The reader says how far it is, so that it is not woken for what it has; `None` when it wants
    /// nothing at present.
    pub fn reached(&self, position: Option<i64>) {
        self.reached
            .store(position.unwrap_or(NOBODY), Ordering::Relaxed);
    }

    /// The sequencer, which also wakes the readers once a poll for what other replicas wrote; the
    /// meter; and the connection to the bus.
    pub fn jobs(self: &Arc<Self>) -> Vec<Job> {
        let mut jobs = vec![self.sequencer(), self.meter()];
        if let Some(bus) = &self.bus {
            let feed = Arc::clone(self);
            jobs.push(bus.job(move |news| feed.heard(news)));
        }
        jobs
    }

    fn sequencer(self: &Arc<Self>) -> Job {
        let (feed, pace) = (Arc::clone(self), Arc::clone(self));
        Job::paced(
            "sequence-events",
            move || pace.poll(),
            Arc::clone(&self.written),
            move || {
                let feed = Arc::clone(&feed);
                async move {
                    feed.catch_up().await?;
                    feed.bump();
                    tokio::time::sleep(GATHER).await;
                    Ok(())
                }
            },
        )
    }

    fn meter(self: &Arc<Self>) -> Job {
        let feed = Arc::clone(self);
        Job::every("measure-outbox", telemetry::MEASURE, move || {
            let feed = Arc::clone(&feed);
            async move { feed.measure().await }
        })
    }

    async fn measure(&self) -> Result<(), Fault> {
        let end: End = self
            .db
            .look(|conn| match conn {
                Conn::Sqlite(c) => diesel::sql_query(END_SQLITE).get_result(c),
                Conn::Postgres(c) => diesel::sql_query(END_POSTGRES).get_result(c),
            })
            .await?;
        let database = self.db.service();
        let age = end.oldest_waiting.map_or(Duration::ZERO, |written| {
            self.db.clock().now().since(Millis(written))
        });
        gauge!("latchkey_outbox_unnumbered_events", "database" => database)
            .set(telemetry::count(end.waiting));
        gauge!("latchkey_outbox_oldest_unnumbered_seconds", "database" => database)
            .set(age.as_secs_f64());
        let reached = self.reached.load(Ordering::Relaxed);
        let lag = if reached == NOBODY {
            0
        } else {
            end.head.saturating_sub(reached).max(0)
        };
        gauge!("latchkey_outbox_lag_events", "database" => database).set(telemetry::count(lag));
        Ok(())
    }

    fn poll(&self) -> Duration {
        match &self.bus {
            Some(bus) if bus.is_connected() => POLL_BESIDE_BUS,
            Some(_) | None => POLL,
        }
    }

    fn heard(&self, news: News) {
        match news {
            News::Told(position) if position <= self.reached.load(Ordering::Relaxed) => {}
            News::Told(_) => self.bump(),
            // Something may have been missed, and the poll goes at another pace now.
            News::Changed => self.written.notify_one(),
        }
    }

    fn bump(&self) {
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::db::times::TIMES;
    use crate::db::{DbSettings, RoomSettings};

    fn feed(folder: &tempfile::TempDir) -> Arc<Feed> {
        let settings = DbSettings {
            service: "test",
            location: Location::Sqlite(folder.path().join("test.db")),
            schema: None,
            readers: 1,
            writers: 1,
            queue: 1,
            patience: Duration::from_secs(1),
            times: TIMES,
            sqlite_max_bytes: 0,
            sqlite_wal_bytes: 1 << 24,
            room: RoomSettings::default(),
        };
        Feed::new(Db::open(&settings, &Clock::default()).unwrap())
    }

    #[test]
    fn readers_are_woken_for_what_they_do_not_have() {
        let folder = tempfile::tempdir().unwrap();
        let feed = feed(&folder);
        let mut moved = feed.moved();
        let mut is_woken = |news| {
            feed.heard(news);
            let woken = moved.has_changed().unwrap();
            moved.mark_unchanged();
            woken
        };
        assert!(is_woken(News::Told(7)));
        feed.reached(Some(7));
        assert!(!is_woken(News::Told(7)) && !is_woken(News::Told(-1)));
        assert!(is_woken(News::Told(i64::MAX)));
        assert!(is_woken(News::Told(8)), "what was invented is not believed");
        feed.reached(None);
        assert!(is_woken(News::Told(7)), "nobody has it");
    }
}
