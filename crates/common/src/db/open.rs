//! How a database is named and opened. The URL chooses `SQLite` or `PostgreSQL`, strictly: a typo is
//! refused, it makes no empty file.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use diesel::prelude::*;

use super::conn::Conn;
use super::plan::Role;
use super::times::DbTimes;
use crate::fault::Fault;

/// Which database a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// `sqlite://PATH`: a file, made when it is missing. The path may be relative.
    Sqlite(PathBuf),
    /// `postgres://…` or `postgresql://…`.
    Postgres(String),
}

/// Whether the client library can speak TLS. Without it, a URL that asks for TLS is refused when it
/// is read, in words of ours; the library would say it at the first connection.
const CAN_TLS: bool = cfg!(feature = "postgres-tls");

/// What a URL says when a connection without TLS will not do.
const WANTS_TLS: [&str; 4] = [
    "sslmode=require",
    "sslmode=verify-ca",
    "sslmode=verify-full",
    "sslrootcert=system",
];

impl Location {
    /// Reads a database URL.
    ///
    /// # Errors
    /// `Invalid` with a sentence for the operator.
    pub fn parse(url: &str) -> Result<Self, Fault> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.contains('?') || path.starts_with(':') {
                return Err(Fault::invalid(
                    "sqlite:// wants the path of a file and nothing else",
                ));
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            if !CAN_TLS && WANTS_TLS.iter().any(|wish| url.contains(wish)) {
                return Err(Fault::invalid(
                    "TLS to PostgreSQL is not compiled into this binary (feature postgres-tls): \
                     leave sslmode out or say sslmode=disable",
                ));
            }
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Fault::invalid(
            "a database URL begins with sqlite:// or postgres://",
        ))
    }
}

/// What a connection does first.
pub(super) type Greeting = fn(&mut Conn) -> Result<(), Fault>;

/// Opens connections to one database, and again when one was lost.
#[derive(Debug)]
pub(super) struct Opener {
    pub(super) location: Location,
    /// The `PostgreSQL` schema, where several services share one database.
    pub(super) schema: Option<String>,
    /// The largest `SQLite` file in bytes; 0 is no limit.
    pub(super) max_bytes: u64,
    /// How long things may take.
    pub(super) times: DbTimes,
    /// What each connection of a lane does first, such as taking a lock.
    pub(super) greeting: Option<Greeting>,
}

/// `SQLite`'s page size, fixed when a file is made.
const PAGE_BYTES: u64 = 4096;

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
        if self.max_bytes > 0 {
            let pages = (self.max_bytes / PAGE_BYTES).max(1);
            sql.extend(["PRAGMA max_page_count = ", &pages.to_string(), ";"]);
        }
        if role == Role::Reader {
            sql.push_str("PRAGMA query_only = ON;");
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

    #[test]
    fn files_are_their_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let opener = Opener {
            location: Location::Sqlite(folder.path().join("x.db")),
            schema: None,
            max_bytes: 0,
            times: TIMES,
            greeting: None,
        };
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
    fn a_url_is_read_strictly() {
        assert_eq!(
            Location::parse("sqlite://data/users.db").unwrap(),
            Location::Sqlite("data/users.db".into())
        );
        assert!(matches!(
            Location::parse("postgres://u@h/d").unwrap(),
            Location::Postgres(_)
        ));
        for bad in [
            "",
            "data/users.db",
            "sqlite:data.db",
            "sqlite://",
            "sqlite://:memory:",
            "mysql://h/d",
            "postgre://h/d",
        ] {
            assert!(
                matches!(Location::parse(bad), Err(Fault::Invalid(_))),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_url_that_asks_for_tls_is_refused_where_there_is_none() {
        for wish in WANTS_TLS {
            let url = format!("postgres://u@h/d?connect_timeout=5&{wish}");
            let answer = Location::parse(&url);
            if CAN_TLS {
                assert_eq!(answer.unwrap(), Location::Postgres(url));
            } else {
                assert!(
                    matches!(answer, Err(Fault::Invalid(said)) if said.contains("postgres-tls")),
                    "{wish}"
                );
            }
        }
        for plain in ["sslmode=disable", "sslmode=prefer"] {
            assert!(Location::parse(&format!("postgres://u@h/d?{plain}")).is_ok());
        }
    }
}
