//! How a database is named. The URL chooses `SQLite` or `PostgreSQL`, strictly: a typo is refused, it
//! makes no empty file.

use std::fmt;
use std::path::PathBuf;

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

/// Without who connects, and without the password: where the data lies, for the log.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(url) => {
                let place = url.split_once("://").map_or("", |(_, rest)| rest);
                let place = place.split('?').next().unwrap_or_default();
                let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
                write!(f, "postgres://{place}")
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;

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
            let shown = read.to_string();
            assert!(
                !shown.contains("nter2") && !shown.contains("latchkey@"),
                "{shown}"
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
