//! A database that can fall silent, and what is asked of it.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join_all;
use latchkey_common::clock::Clock;
use latchkey_common::db::{Conn, Db, DbSettings, DbTimes, Location};
use latchkey_common::fault::Fault;
use latchkey_common::on;
use latchkey_testing::db::TestDb;
use latchkey_testing::eventually;
use latchkey_testing::relay::{Cut, Relay};

/// Short, and still far above what a statement takes on a busy machine.
pub(super) const TIMES: DbTimes = DbTimes {
    statement: Duration::from_millis(1500),
    lock: Duration::from_secs(1),
    silence: Duration::from_millis(500),
};
/// A silence is noticed after this.
pub(super) const BOUND: Duration = Duration::from_secs(2);
/// And not much later.
pub(super) const NOTICED: Duration = Duration::from_secs(4);
/// What works takes less.
pub(super) const WORKS: Duration = Duration::from_millis(1500);

pub(super) const LANES: usize = 3;

/// A database behind a relay, with a table of notes.
pub(super) struct Place {
    pub(super) db: Db,
    pub(super) relay: Arc<Relay>,
    pub(super) settings: DbSettings,
    // Last: it drops the schema.
    _test: TestDb,
}

impl Place {
    /// `name` is that of its threads too; nobody else's, and short.
    pub(super) async fn new(name: &'static str, times: DbTimes, lanes: usize) -> Self {
        let (test, relay) = TestDb::behind_relay(name);
        let Location::Postgres(url) = &test.settings().location else {
            panic!("PostgreSQL");
        };
        let settings = DbSettings {
            location: Location::Postgres(format!("{url}?application_name={name}")),
            times,
            readers: lanes,
            writers: lanes,
            patience: Duration::from_secs(3),
            ..test.settings().clone()
        };
        let db = Db::open(&settings, &Clock::default()).unwrap();
        let schema = settings.schema.clone().unwrap();
        let made: Result<(), Fault> = db
            .write(move |conn| {
                Ok(conn.batch(&format!(
                    "CREATE SCHEMA \"{schema}\"; CREATE TABLE notes (word text, n integer)"
                ))?)
            })
            .await;
        made.unwrap();
        let place = Self {
            db,
            relay: Arc::new(relay),
            settings,
            _test: test,
        };
        // From now on every lane has a connection that may fall silent.
        place.all_lanes_work().await;
        place
    }

    /// What a unit does to its own connection, in the middle.
    pub(super) fn cut(&self, cut: Cut) -> impl FnOnce() + Send + use<> {
        let relay = Arc::clone(&self.relay);
        move || relay.set(Some(cut))
    }

    pub(super) async fn count(&self, word: &'static str) -> i64 {
        let counted: Result<i64, Fault> = self.db.read(move |conn| Ok(count(conn, word)?)).await;
        counted.unwrap()
    }

    /// Whichever lane gets them, reads and writes work at once.
    pub(super) async fn all_lanes_work(&self) {
        let began = Instant::now();
        let writes = (0..2 * self.settings.writers).map(|_| {
            self.db.write(|conn| {
                conn.batch("SELECT pg_sleep(0.05)")?;
                note(conn, "works")
            })
        });
        let reads = (0..2 * self.settings.readers).map(|_| {
            self.db.read(|conn| {
                conn.batch("SELECT pg_sleep(0.05)")?;
                Ok::<_, Fault>(count(conn, "works")?)
            })
        });
        let (wrote, read) = futures_util::future::join(join_all(writes), join_all(reads)).await;
        for outcome in wrote {
            outcome.unwrap();
        }
        for outcome in read {
            outcome.unwrap();
        }
        let took = began.elapsed();
        assert!(took < WORKS, "{took:?}");
    }

    /// The server has no session any more but those of lanes that work.
    pub(super) async fn sessions_end(&self) {
        self.all_lanes_work().await;
        let name = self.settings.service;
        let lanes = self.settings.readers + self.settings.writers;
        eventually(WORKS, "sessions that were lost end", async || {
            let counted: Result<i64, Fault> =
                self.db.read(move |conn| Ok(sessions(conn, name)?)).await;
            (usize::try_from(counted.unwrap()) == Ok(lanes)).then_some(())
        })
        .await;
    }

    /// After a silence the connections are heard again: what they brought late changes nothing.
    pub(super) async fn heals(&self) {
        self.relay.set(None);
        eventually(NOTICED, "the threads that were lost end", async || {
            let lanes = (self.settings.readers, self.settings.writers);
            (threads(self.settings.service) == lanes).then_some(())
        })
        .await;
    }
}

pub(super) fn note(conn: &mut Conn, word: &'static str) -> Result<(), Fault> {
    Ok(conn.batch(&format!("INSERT INTO notes VALUES ('{word}', 1)"))?)
}

#[derive(QueryableByName)]
pub(super) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

pub(super) fn count(conn: &mut Conn, word: &str) -> QueryResult<i64> {
    rows(conn, &format!("notes WHERE word = '{word}'"))
}

pub(super) fn sessions(conn: &mut Conn, name: &str) -> QueryResult<i64> {
    rows(
        conn,
        &format!("pg_stat_activity WHERE application_name = '{name}'"),
    )
}

pub(super) fn rows(conn: &mut Conn, from: &str) -> QueryResult<i64> {
    let sql = format!("SELECT count(*) AS count FROM {from}");
    on!(conn, |c| diesel::sql_query(sql).get_result::<Count>(c)).map(|row| row.count)
}

/// Threads of lanes that read and that write, lost ones too.
pub(super) fn threads(name: &str) -> (usize, usize) {
    let mut names = Vec::new();
    for task in fs::read_dir("/proc/self/task").unwrap().flatten() {
        // It may have ended meanwhile.
        names.extend(fs::read_to_string(task.path().join("comm")));
    }
    let of = |role: &str| {
        let thread = format!("{name}-{role}");
        names.iter().filter(|name| name.trim() == thread).count()
    };
    (of("reader"), of("writer"))
}

/// The outcome is unknown, and that was said when the bound was over.
#[track_caller]
pub(super) fn is_unknown<T: std::fmt::Debug>(outcome: Result<T, Fault>, began: Instant) {
    let took = began.elapsed();
    assert!((BOUND..NOTICED).contains(&took), "{took:?}");
    let fault = outcome.unwrap_err();
    assert!(
        matches!(fault, Fault::Unavailable { .. }) && fault.leaves_outcome_unknown(),
        "{fault:?}"
    );
}
