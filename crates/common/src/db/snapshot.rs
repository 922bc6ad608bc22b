//! A `SQLite` file as it was at one moment: the pages that an open read transaction sees, copied by
//! `SQLite`'s backup API. Diesel has no call for that; rusqlite has, over the same library.
//!
//! `VACUUM INTO` would not do: it refuses to run inside a transaction and takes its own snapshot,
//! so that several files could not be of one moment without halting their writers for the whole
//! copy.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::fault::Fault;

/// Pages copied at once: bounds the memory that a step holds.
const STEP_PAGES: i32 = 1024;

/// As long as everywhere else: another process may be recovering the file.
const BUSY: Duration = Duration::from_secs(5);

/// A connection that takes a snapshot when it is told, quickly: opening the file is done.
#[derive(Debug)]
pub struct Snapshot {
    conn: Connection,
}

impl Snapshot {
    /// Opens a file that must be there. Blocks.
    pub fn prepare(file: &Path) -> Result<Self, Fault> {
        let conn = open(file)?;
        conn.execute_batch("PRAGMA query_only = ON; SELECT count(*) FROM sqlite_schema")
            .map_err(trouble)?;
        Ok(Self { conn })
    }

    /// From now on this sees the file as it is now. A second call moves it to a new moment.
    pub fn take(&self) -> Result<(), Fault> {
        if !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK").map_err(trouble)?;
        }
        self.conn.execute_batch("BEGIN").map_err(trouble)?;
        // BEGIN alone begins nothing: the first read does.
        self.conn
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
                row.get::<_, i64>(0)
            })
            .map_err(trouble)?;
        Ok(())
    }

    /// The versions of the migrations that have run, as it sees them, oldest first.
    pub fn migrations(&self) -> Result<Vec<String>, Fault> {
        let sql = "SELECT version FROM __diesel_schema_migrations ORDER BY version";
        let mut statement = self.conn.prepare(sql).map_err(trouble)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(trouble)?;
        rows.collect::<Result<_, _>>().map_err(trouble)
    }

    /// Copies what it sees into `target`, an empty file, and looks whether the copy is sound.
    /// Afterwards it is one file without a log beside it. Blocks as long as that takes; writers go
    /// on meanwhile.
    pub fn copy_to(&self, target: &Path) -> Result<(), Fault> {
        let mut copy = open(target)?;
        {
            let backup = Backup::new(&self.conn, &mut copy).map_err(trouble)?;
            let mut step = StepResult::More;
            while step == StepResult::More {
                step = backup.step(STEP_PAGES).map_err(trouble)?;
            }
            if step != StepResult::Done {
                return Err(Fault::unavailable("database file", format!("{step:?}")));
            }
        }
        copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
            .map_err(trouble)?;
        let said: String = copy
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(trouble)?;
        if said != "ok" {
            return Err(Fault::unavailable("sound database file", said));
        }
        copy.close().map_err(|(_, error)| trouble(error))
    }
}

fn open(file: &Path) -> Result<Connection, Fault> {
    // Not CREATE: a wrong path must not make an empty database.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags).map_err(trouble)?;
    conn.busy_timeout(BUSY).map_err(trouble)?;
    Ok(conn)
}

fn trouble(error: rusqlite::Error) -> Fault {
    Fault::unavailable("database file", error)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    fn count(file: &Path) -> i64 {
        let conn = open(file).unwrap();
        conn.query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn what_is_written_after_the_moment_is_not_copied() {
        let folder = tempfile::tempdir().unwrap();
        let (file, copy) = (folder.path().join("a.db"), folder.path().join("b.db"));
        let writer = Connection::open(&file).unwrap();
        writer
            .execute_batch(
                "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)",
            )
            .unwrap();
        let snapshot = Snapshot::prepare(&file).unwrap();
        writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
        snapshot.take().unwrap();
        writer
            .execute_batch("INSERT INTO t VALUES (3); PRAGMA wal_checkpoint(PASSIVE)")
            .unwrap();
        File::create_new(&copy).unwrap();
        snapshot.copy_to(&copy).unwrap();
        assert_eq!(count(&copy), 2);
        snapshot.take().unwrap();
        let later = folder.path().join("c.db");
        File::create_new(&later).unwrap();
        snapshot.copy_to(&later).unwrap();
        assert_eq!(count(&later), 3);
        assert!(!folder.path().join("c.db-wal").exists());
    }

    #[test]
    fn a_file_that_is_not_there_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("none.db");
        assert!(Snapshot::prepare(&file).is_err());
        assert!(!file.exists());
    }
}
