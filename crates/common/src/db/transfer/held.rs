//! A `SQLite` file that stays as it is, whoever looks into it.

use rusqlite::Connection;

use super::{open, trouble};
use crate::db::{DbSettings, Location};
use crate::fault::Fault;

/// As long as this lives, and afterwards, what lies in the file's log stays there: the last who closes a
/// file would bring it into the file.
pub struct Held {
    _connection: Connection,
}

impl Held {
    /// Holds the file of a database; `None` when it lies in no file, or the file is not there.
    pub fn of(settings: &DbSettings) -> Result<Option<Self>, Fault> {
        let Location::Sqlite(file) = &settings.location else {
            return Ok(None);
        };
        if !file.exists() {
            return Ok(None);
        }
        let connection = open(file)?;
        // Whoever has read nothing yet counts for nobody.
        connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |_row| Ok(()))
            .map_err(trouble)?;
        Ok(Some(Self {
            _connection: connection,
        }))
    }
}
