//! Positions of an outbox. A change that others must hear of is written to the table `events` in
//! its own transaction; readers go by `position`, never by id, because on `PostgreSQL` a lower id can
//! become visible after a higher one and a cursor would step over it.
//!
//! `PostgreSQL`: one sequencer at a time (an advisory lock on the table) numbers what is committed;
//! readers see only rows that have a position. `SQLite`: the single writer commits in order, so
//! `position` is a generated column equal to the id.
//!
//! Every service with an outbox has the tables `events` (`id`, `position`, …) and `event_counter`
//! (one row, `last`).

use std::sync::Arc;
use std::time::Duration;

use diesel::RunQueryDsl as _;
use tokio::sync::{Notify, watch};

use super::{Conn, Db, Location, QueryResult};
use crate::fault::Fault;
use crate::jobs::Job;

/// How often a feed looks for events that another replica wrote.
const POLL: Duration = Duration::from_millis(500);

const LOCK: &str = "SELECT pg_advisory_xact_lock('events'::regclass::oid::bigint)";

/// Its own statement after the lock: it sees what the sequencer before it committed.
const NUMBER: &str = "\
    WITH pending AS (\
        SELECT id, row_number() OVER (ORDER BY id) AS nth FROM events WHERE position IS NULL\
    ), counter AS (\
        UPDATE event_counter SET last = last + (SELECT count(*) FROM pending) RETURNING last\
    ) \
    UPDATE events SET position = counter.last - (SELECT count(*) FROM pending) + pending.nth \
    FROM pending, counter WHERE events.id = pending.id";

/// Gives every committed event without a position the next ones. Answers how many.
pub fn assign_positions(conn: &mut Conn) -> QueryResult<usize> {
    match conn {
        Conn::Sqlite(_) => Ok(0),
        Conn::Postgres(c) => {
            diesel::sql_query(LOCK).execute(c)?;
            diesel::sql_query(NUMBER).execute(c)
        }
    }
}

/// The moving end of an outbox in this process.
pub struct Feed {
    db: Db,
    written: Arc<Notify>,
    moved: watch::Sender<u64>,
}

impl Feed {
    /// The feed of the outbox in `db`.
    pub fn new(db: Db) -> Arc<Self> {
        Arc::new(Self {
            db,
            written: Arc::new(Notify::new()),
            moved: watch::channel(0).0,
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
            self.db
                .write(|conn| assign_positions(conn).map_err(Fault::from))
                .await?;
        }
        Ok(())
    }

    /// Changes whenever there may be something new to read.
    pub fn moved(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// The sequencer. It also wakes the readers once a poll, for what other replicas wrote.
    pub fn job(self: &Arc<Self>) -> Job {
        let feed = Arc::clone(self);
        Job::woken(
            "sequence-events",
            POLL,
            Arc::clone(&self.written),
            move || {
                let feed = Arc::clone(&feed);
                async move {
                    feed.catch_up().await?;
                    feed.bump();
                    Ok(())
                }
            },
        )
    }

    fn bump(&self) {
        self.moved
            .send_modify(|count| *count = count.wrapping_add(1));
    }
}
