//! How a database is opened.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use diesel::prelude::*;

use super::conn::Conn;
use super::location::Location;
use super::plan::Role;
use super::room::{Need, Room};
use super::times::DbTimes;
use crate::fault::Fault;

/// What a connection does first.
pub(super) type Greeting = fn(&mut Conn) -> Result<(), Fault>;

/// Opens connections to one database, and again when one was lost.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) location: Location,
    /// The `PostgreSQL` schema, where several services share one database.
    pub(super) schema: Option<String>,
    /// What `SQLite`'s file of changes is cut back to, in bytes.
    pub(super) wal_bytes: u64,
    /// What `SQLite` leaves on its disk.
    pub(super) room: Option<Room>,
    /// How long things may take.
    pub(super) times: DbTimes,
    /// What each connection of a lane does first, such as taking a lock.
    pub(super) greeting: Option<Greeting>,
}

impl Opener {
    /// True on `PostgreSQL`.
    pub(super) const fn has_many_writers(&self) -> bool {
        matches!(self.location, Location::Postgres(_))
    }

    pub(super) fn open(&self, role: Role) -> Result<Conn, Fault> {
        match &self.location {
            Location::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder)
                        .map_err(|error| Fault::unavailable("database folder", error))?;
                }
                if let Some(room) = &self.room {
                    room.make_way();
                }
                make_private(path).map_err(|error| Fault::unavailable("database file", error))?;
                let file = path
                    .to_str()
                    .ok_or_else(|| Fault::invalid("the database's path is not valid UTF-8"))?;
                let mut conn = SqliteConnection::establish(file)
                    .map_err(|error| Fault::unavailable("database", error))
                    .map(Conn::Sqlite)?;
                conn.batch(&self.pragmas(role))?;
                Ok(conn)
            }
            Location::Postgres(url) => {
                let mut conn = PgConnection::establish(&self.times.in_url(url))
                    .map_err(|error| Fault::unavailable("database", error))
                    .map(Conn::Postgres)?;
                if let Some(schema) = &self.schema {
                    conn.batch(&format!("SET search_path TO \"{schema}\""))?;
                }
                conn.batch(&self.times.of_session())?;
                Ok(conn)
            }
        }
    }

    /// Lets the file grow as far as it may for what is needed; `None` when it has no bound.
    pub(super) fn most_pages(&self, need: Need) -> Option<String> {
        let pages = self.room.as_ref()?.most_pages(need)?;
        Some(format!("PRAGMA max_page_count = {pages};"))
    }

    pub(super) fn greet(&self, conn: &mut Conn) -> Result<(), Fault> {
        self.greeting.map_or(Ok(()), |greet| greet(conn))
    }

    /// `synchronous=FULL`: what was answered as done survives a power cut. Under group commit it
    /// costs little (51k against 58k inserts a second).
    fn pragmas(&self, role: Role) -> String {
        let mut sql = String::from(
            "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;",
        );
        sql.extend(self.most_pages(Need::Ordinary));
        match role {
            Role::Reader => sql.push_str("PRAGMA query_only = ON;"),
            // Whoever writes is who begins the file anew.
            Role::Writer | Role::Lock => sql.extend([
                "PRAGMA journal_size_limit = ",
                &self.wal_bytes.to_string(),
                ";",
            ]),
        }
        sql
    }
}

/// Makes the file for its owner alone, where it is missing; `SQLite` gives the files beside it the same
/// rights. One that is there is not even opened: closing it would take away the locks that this
/// process has on it.
fn make_private(path: &Path) -> io::Result<()> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::times::TIMES;
    use super::*;

    fn opener(folder: &tempfile::TempDir) -> Opener {
        Opener {
            location: Location::Sqlite(folder.path().join("x.db")),
            schema: None,
            wal_bytes: 1 << 20,
            room: None,
            times: TIMES,
            greeting: None,
        }
    }

    #[test]
    fn files_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let opener = opener(&folder);
        let mut conn = opener.open(Role::Writer).unwrap();
        conn.batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
            .unwrap();
        drop(opener.open(Role::Reader).unwrap());
        for name in ["x.db", "x.db-wal", "x.db-shm"] {
            let found = fs::metadata(folder.path().join(name)).unwrap();
            assert_eq!(found.permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn the_file_of_changes_shrinks_again() {
        let folder = tempfile::tempdir().unwrap();
        let opener = opener(&folder);
        let bytes = || fs::metadata(folder.path().join("x.db-wal")).unwrap().len();
        let mut writer = opener.open(Role::Writer).unwrap();
        writer.batch("CREATE TABLE t (x)").unwrap();
        let mut reader = opener.open(Role::Reader).unwrap();
        // As long as somebody reads what was before, the file has to grow.
        reader.batch("BEGIN; SELECT * FROM t").unwrap();
        for _ in 0..8 {
            writer
                .batch("INSERT INTO t VALUES (randomblob(1 << 20))")
                .unwrap();
        }
        assert!(bytes() > 8 << 20, "{}", bytes());
        reader.batch("COMMIT").unwrap();
        // The first copies what there is, the second begins anew.
        for _ in 0..2 {
            writer.batch("INSERT INTO t VALUES (1)").unwrap();
        }
        assert!(bytes() <= 1 << 20, "{}", bytes());
    }
}
