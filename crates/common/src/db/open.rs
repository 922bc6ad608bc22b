//! How a database is named and opened. The URL chooses `SQLite` or `PostgreSQL`, strictly: a typo is
//! refused, it makes no empty file.

use std::fmt;
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
#[derive(Clone, PartialEq, Eq)]
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
            if !is_whole(url) {
                return Err(Fault::invalid(MALFORMED));
            }
            return Ok(Self::Postgres(url.to_owned()));
        }
        Err(Fault::invalid(
            "a database URL begins with sqlite:// or postgres://",
        ))
    }
}

/// Quotes nothing: there may be a password in it, anywhere in what is malformed.
const MALFORMED: &str = "cannot be read: it must be postgres://USER:PASSWORD@HOST:PORT/DATABASE; what is no \
                         letter or digit in the user's name and the password is written as %XX (%40 for @, \
                         %2F for /)";

/// True for a URL that the client library reads as it was meant. It takes what it cannot read for something
/// else (half a password for a port, or for a host), and quotes that when it complains.
fn is_whole(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else {
        return false;
    };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    let (user, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let is_text = |text: &str| !text.contains(['@', ':', '/', ' ']) && is_encoded(text);
    let is_pair = |pair: &str| {
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        pair.split_once('=')
            .is_some_and(|(name, value)| !name.is_empty() && is_name(name) && is_encoded(value))
    };
    is_text(name)
        && is_text(password)
        && hosts.split(',').all(is_host)
        && is_text(database)
        && (query.is_empty() || query.split('&').all(is_pair))
}

/// A name, an address or an encoded path, perhaps with a port.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((host, port)) if host.bytes().all(|b| b.is_ascii_hexdigit() || b == b':') => {
                (host, port)
            }
            _ => return false,
        },
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let is_port = |port: &str| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    let is_sign =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'%' | b':');
    host.bytes().all(is_sign)
        && is_encoded(host)
        && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

/// True when every percent sign begins a byte.
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let byte = rest.as_bytes().first_chunk::<2>();
        byte.is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit))
    })
}

/// Without the password.
impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(***)"),
        }
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
    fn a_malformed_url_is_refused_without_a_word_of_it() {
        for bad in [
            "postgres://latchkey:hunter2",
            "postgres://latchkey:hunter2/x@db/users",
            "postgres://latchkey:hun@ter2@db/users",
            "postgres://latchkey:hunter2%@db/users",
            "postgres://latchkey:hun:ter2@db/users",
            "postgres://latchkey:hunter 2@db/users",
            "postgres://latchkey:a?hunter2@db/users",
            "postgres://latchkey@db:hunter2/users",
            "postgres://latchkey@[::1/hunter2",
            "postgres://latchkey@db/users?password:hunter2",
            "postgres://latchkey@db/users?password=hunter2%",
            "postgresql://db/users?hunter2",
        ] {
            let Err(Fault::Invalid(said)) = Location::parse(bad) else {
                panic!("{bad} was taken");
            };
            assert!(!said.contains("hun") && said.contains("%40"), "{said}");
        }
        for good in [
            "postgres://",
            "postgres:///users",
            "postgres://latchkey:h%40nter2%2F!$'()*+;=#@db-1.example:5432/users",
            "postgres://latchkey@%2Fvar%2Frun%2Fpostgresql/users?connect_timeout=5&sslmode=disable",
            "postgresql://latchkey@[::1]:5432,10.0.0.7:5433,db/users?application_name=a%20b",
        ] {
            let read = Location::parse(good).unwrap();
            assert_eq!(read, Location::Postgres(good.to_owned()));
            assert_eq!(format!("{read:?}"), "Postgres(***)");
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
