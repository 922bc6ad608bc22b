//! The settings of databases.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use super::{DbSettings, DbTimes, Location, RoomSettings};
use crate::config::{ConfigError, DATABASE_URL, Settings};

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
