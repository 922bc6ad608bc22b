//! A database of its own for a test of one service: a file in a temporary folder, or a schema on
//! the `PostgreSQL` test server. Gone when the value is dropped.

use std::time::Duration;

use latchkey_common::clock::Clock;
use latchkey_common::db::{Db, DbSettings, DbTimes, Location, Migrations, RoomSettings};
use latchkey_stack::relay::Relay;
use tempfile::TempDir;

use crate::{Backend, postgres};

/// A database that nobody else uses, and the clock that belongs to it.
pub struct TestDb {
    settings: DbSettings,
    clock: Clock,
    _folder: Option<TempDir>,
}

impl TestDb {
    /// An empty database for `service`, not yet migrated.
    pub fn new(backend: Backend, service: &'static str) -> Self {
        let (location, schema, folder) = match backend {
            Backend::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join(format!("{service}.db"));
                (Location::Sqlite(file), None, Some(folder))
            }
            Backend::Postgres => (
                Location::Postgres(postgres::url()),
                Some(postgres::unique(service)),
                None,
            ),
            Backend::Split => unreachable!("a shape of the whole product, not of one service"),
        };
        Self {
            settings: DbSettings {
                service,
                location,
                schema,
                readers: 2,
                writers: 4,
                queue: 1024,
                patience: Duration::from_secs(10),
                times: DbTimes {
                    statement: Duration::from_secs(8),
                    lock: Duration::from_secs(5),
                    silence: Duration::from_secs(2),
                },
                sqlite_max_bytes: 0,
                sqlite_wal_bytes: 1 << 24,
                room: RoomSettings::default(),
            },
            clock: Clock::default(),
            _folder: folder,
        }
    }

    /// A database on `PostgreSQL` whose connections lead through a relay that can cut them.
    pub fn behind_relay(service: &'static str) -> (Self, Relay) {
        let mut test = Self::new(Backend::Postgres, service);
        let (url, relay) = postgres::relayed(&postgres::url());
        test.settings.location = Location::Postgres(url);
        (test, relay)
    }

    /// How to open it.
    pub const fn settings(&self) -> &DbSettings {
        &self.settings
    }

    /// The clock; copies share its shift.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Migrates it and opens it. May be called again: a second instance of the service beside the
    /// first, with connections of its own.
    pub fn open(&self, migrations: Migrations) -> Db {
        Db::migrate(&self.settings, migrations).expect("migrations run");
        Db::open(&self.settings, &self.clock).expect("the database opens")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        if let Some(schema) = &self.settings.schema {
            postgres::drop_schema(schema);
        }
    }
}
