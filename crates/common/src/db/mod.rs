//! Storage: one code path for `SQLite` and `PostgreSQL`.
//!
//! [`Db::read`] and [`Db::write`] send a closure to a lane (`lanes`) and answer after the commit;
//! [`Db::look`] and [`Db::change`] do so with a closure that is one call of a store.
//! Queries stand in the services' `store` modules and nowhere else; what stands here knows no table
//! but the mechanisms that services need in the same form: [`act_keys`] (do an act once), [`kept_answers`]
//! and [`once`] (answer a repeated call as the first), [`feed`] (positions of an outbox) and what a database holds of its
//! installation.

pub mod act_keys;
mod any_of;
mod chained;
mod conn;
mod crew;
pub mod feed;
mod halt;
mod installation;
pub mod kept_answers;
mod lane;
mod lanes;
mod location;
mod metrics;
mod migrate;
mod name_keys;
mod now;
pub mod once;
mod open;
mod open_file;
mod plan;
mod pooled;
mod prepared;
mod probe;
mod rights;
mod room;
mod session;
mod settings;
mod single;
mod snapshot;
mod sole_use;
mod start;
mod times;
mod together;
mod transfer;
mod types;
mod unit;
mod watch;
mod watchdog;

use std::sync::Arc;
use std::time::Duration;

pub use self::any_of::{AnyOf, any_of};
pub use self::chained::{Chained, Returned, chained};
pub use self::conn::{Conn, in_savepoint, unless_duplicate};
pub use self::halt::Halt;
pub use self::location::Location;
pub use self::migrate::Migrations;
pub use self::name_keys::NameColumn;
pub use self::now::SqlNow;
pub use self::prepared::{Prepared, prepared};
pub use self::room::{RESERVE, RoomSettings};
pub use self::settings::DbSettings;
pub use self::snapshot::Snapshot;
pub use self::sole_use::SoleUse;
pub use self::times::DbTimes;
pub use self::together::{Kind, Together};
pub use self::transfer::{Held, Transfer};
pub use diesel::result::{Error as DieselError, QueryResult};

use self::lanes::Queue;
use self::open::Opener;
use self::open_file::OpenFile;
use self::plan::{How, Plan, Role};
use self::room::Need;
use self::start::{check_clock, opener, unwatched};
use self::watchdog::Watchdog;
use crate::clock::Clock;
use crate::fault::Fault;

/// Units that share one `SQLite` transaction at most: bounds how long the first one waits.
const GROUP: usize = 256;

/// A database with its lanes. Copies share them; the lanes end with the last copy.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
    /// What is written through this copy.
    need: Need,
}

struct Inner {
    opener: Arc<Opener>,
    readers: Queue,
    writers: Queue,
    patience: Duration,
    clock: Clock,
    /// On `SQLite`.
    file: Option<OpenFile>,
}

impl Db {
    /// Opens the database and starts its lanes.
    ///
    /// # Errors
    /// `Unavailable` when it cannot be reached, `Invalid` when its clock is more than 10 s away
    /// from ours: the guards on one side and the cookies on the other would disagree.
    pub fn open(settings: &DbSettings, clock: &Clock) -> Result<Self, Fault> {
        let (kept, clock) = (settings.clone(), clock.clone());
        unwatched(settings, move || Self::start(&kept, &clock))
    }

    fn start(settings: &DbSettings, clock: &Clock) -> Result<Self, Fault> {
        let opener = Arc::new(opener(settings));
        let writers = match settings.location {
            Location::Sqlite(_) => 1,
            Location::Postgres(_) => settings.writers,
        };
        opener.refuse_pooled()?;
        check_clock(&opener, clock)?;
        let plan = |role, lanes| Plan {
            database: settings.service,
            role,
            lanes,
            queue: settings.queue,
            group: GROUP,
        };
        let mut watchdog = Watchdog::of(&opener);
        let writers = watchdog.start_lanes(plan(Role::Writer, writers))?;
        let readers = watchdog.start_lanes(plan(Role::Reader, settings.readers))?;
        watchdog.watch(settings.service)?;
        Ok(Self {
            inner: Arc::new(Inner {
                writers,
                readers,
                file: OpenFile::of(&settings.location),
                opener,
                patience: settings.patience,
                clock: clock.clone(),
            }),
            need: Need::Ordinary,
        })
    }

    /// For changes that make what people can make without end. They are the first to be refused when the
    /// disk fills up.
    #[must_use]
    pub fn for_new(&self) -> Self {
        self.needed_for(Need::New)
    }

    /// For changes by which somebody ends or takes back something. They go on when the disk is full. Not for
    /// jobs that clear away: they would give the reserve up before anybody needs it.
    #[must_use]
    pub fn for_ending(&self) -> Self {
        self.needed_for(Need::Ending)
    }

    fn needed_for(&self, need: Need) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            need,
        }
    }

    /// Runs what is pending and answers how many migrations that were. `PostgreSQL`: under a lock,
    /// so that replicas may start together.
    pub fn migrate(settings: &DbSettings, migrations: Migrations) -> Result<usize, Fault> {
        opener(settings).migrate(migrations)
    }

    /// How many migrations are pending.
    pub fn pending(settings: &DbSettings, migrations: Migrations) -> Result<usize, Fault> {
        let opener = opener(settings);
        unwatched(settings, move || opener.pending(migrations))
    }

    /// Undoes every migration. For tests.
    pub fn revert_all(settings: &DbSettings, migrations: Migrations) -> Result<usize, Fault> {
        opener(settings).revert_all(migrations)
    }

    /// Reads. Each statement sees what was committed when it began.
    pub async fn read<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.inner.readers.run(self.how(false), work).await
    }

    /// [`Db::read`] for one query of a store.
    pub async fn look<F, T>(&self, query: F) -> Result<T, Fault>
    where
        F: FnOnce(&mut Conn) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.read(|conn| query(conn).map_err(Fault::from)).await
    }

    /// Reads several statements from one snapshot of the database.
    pub async fn snapshot<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + From<DieselError> + Send + 'static,
    {
        self.read(move |conn| {
            conn.batch(if conn.has_many_writers() {
                "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
            } else {
                "BEGIN DEFERRED"
            })?;
            let outcome = work(conn);
            conn.batch("ROLLBACK")?;
            outcome
        })
        .await
    }

    /// Writes: one transaction, answered after its commit. An `Err` undoes all that the unit did.
    pub async fn write<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.inner.writers.run(self.how(false), work).await
    }

    /// [`Db::write`] for one change of a store.
    pub async fn change<F, T>(&self, change: F) -> Result<T, Fault>
    where
        F: FnOnce(&mut Conn) -> QueryResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.write(|conn| change(conn).map_err(Fault::from)).await
    }

    /// Writes with a single statement, which is a transaction by itself on `PostgreSQL`: two round
    /// trips less. There `work` may run one statement and no more (debug builds check it), and what
    /// it wrote stands even when it answers `Err`. On `SQLite` it is as [`Db::write`].
    ///
    /// When the connection breaks, the outcome is unknown, as it is with a commit.
    pub async fn write_single<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        self.inner.writers.run(self.how(true), work).await
    }

    fn how(&self, is_single: bool) -> How {
        How {
            patience: self.inner.patience,
            is_single,
            need: self.need,
        }
    }

    /// True on `PostgreSQL`, where several writers work at once.
    pub fn has_many_writers(&self) -> bool {
        self.inner.opener.has_many_writers()
    }

    /// Now, as guards compare it.
    pub fn now(&self) -> SqlNow {
        SqlNow::of(&self.inner.clock)
    }

    /// How long a change may wait before it is made.
    fn patience(&self) -> Duration {
        self.inner.patience
    }

    /// How many changes may wait.
    fn most_waiting(&self) -> usize {
        self.inner.writers.crew.plan.queue
    }

    /// The process clock.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// The owning service, for logs and metrics.
    pub fn service(&self) -> &'static str {
        self.inner.readers.database()
    }

    /// Where the database lies.
    pub fn location(&self) -> &Location {
        &self.inner.opener.location
    }

    /// For how long nothing has been able to read, or nothing to write: every connection is stuck and
    /// no other can be opened in its place. `None` while one works.
    pub fn stuck_for(&self) -> Option<Duration> {
        let (readers, writers) = (&self.inner.readers, &self.inner.writers);
        readers.stuck_for().max(writers.stuck_for())
    }

    /// True when it answers, its file lies where it was, changes do not fail, and there is room for more:
    /// readiness. A change is tried only after one has failed.
    pub async fn ping(&self) -> Result<(), Fault> {
        if self.stuck_for().is_some() {
            return Err(Fault::overloaded("every connection is stuck; the database"));
        }
        let file = self.inner.file.clone();
        let look = move |conn: &mut Conn| {
            file.as_ref().map_or(Ok(()), OpenFile::is_in_place)?;
            Ok::<_, Fault>(conn.batch("SELECT 1")?)
        };
        self.read(look).await?;
        if self.inner.writers.fails_to_change() {
            self.try_a_change().await?;
        }
        let opener = Arc::clone(&self.inner.opener);
        self.read(move |conn| {
            opener
                .room
                .as_ref()
                .map_or(Ok(()), |room| room.is_enough(conn))
        })
        .await
    }
}
