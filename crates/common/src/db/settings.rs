//! The settings of databases.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use super::{DbTimes, Location, RoomSettings};
use crate::config::{ConfigError, DATABASE_URL, Settings};

/// How a service's database is opened. Sizes have defaults in `config.default.toml`.
#[derive(Debug, Clone)]
pub struct DbSettings {
    /// The owning service, for logs and metrics.
    pub service: &'static str,
    /// Where it lies.
    pub location: Location,
    /// The `PostgreSQL` schema, where several services share one database.
    pub schema: Option<String>,
    /// Reading connections.
    pub readers: usize,
    /// Writing connections; `SQLite` always has one.
    pub writers: usize,
    /// Units that may wait; more are refused with 503.
    pub queue: usize,
    /// How long a unit may wait before it begins.
    pub patience: Duration,
    /// How long statements, locks and answers may take on `PostgreSQL`.
    pub times: DbTimes,
    /// The largest `SQLite` file in bytes; 0 is no limit. Beyond it writes are refused with 503.
    pub sqlite_max_bytes: u64,
    /// What the file that `SQLite` writes first (`-wal`) keeps of the disk between two bursts, in bytes.
    pub sqlite_wal_bytes: u64,
    /// What is left on the disk of an `SQLite` file.
    pub room: RoomSettings,
}

impl Settings {
    /// How the database of `service` is opened: `service.database_url`, by default a file named
    /// after the service in the data folder. Services that name the same `PostgreSQL` database get
    /// a schema each.
    pub fn db_settings(&self, service: &'static str) -> Result<DbSettings, ConfigError> {
        let key = format!("{service}.{DATABASE_URL}");
        let url: String = self.get(&key)?;
        let location = if url.is_empty() {
            let folder: PathBuf = self.get("data_dir")?;
            Location::Sqlite(folder.join(format!("{service}.db")))
        } else {
            Location::parse(&url).map_err(|fault| self.unfit(&key, format!("is wrong: {fault}")))?
        };
        let is_shared = matches!(location, Location::Postgres(_)) && self.shares_database(&key);
        let readers: NonZeroUsize = self.get("database.readers")?;
        let writers: NonZeroUsize = self.get("database.writers")?;
        let queue: NonZeroUsize = self.get("database.queue")?;
        Ok(DbSettings {
            service,
            location,
            schema: is_shared.then(|| service.to_owned()),
            readers: readers.get(),
            writers: writers.get(),
            queue: queue.get(),
            patience: self.milliseconds("database.patience_ms")?,
            times: DbTimes {
                statement: self.milliseconds("database.statement_timeout_ms")?,
                lock: self.milliseconds("database.lock_timeout_ms")?,
                silence: self.milliseconds("database.silence_ms")?,
            },
            sqlite_max_bytes: self.get("database.sqlite_max_bytes")?,
            sqlite_wal_bytes: self.get("database.sqlite_wal_bytes")?,
            room: RoomSettings {
                for_new: self.get("database.disk_for_new_bytes")?,
                reserve: self.get("database.disk_reserve_bytes")?,
            },
        })
    }
}
