//! Databases and schemas on the test server: made, named and dropped. Names hold the id of this
//! process, so that what a killed run left behind is found and dropped by the next one.

use std::net::ToSocketAddrs as _;
use std::path::Path;
use std::process;
use std::sync::Once;
use std::sync::atomic::{AtomicU32, Ordering};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;
use latchkey_stack::relay::Relay;

use crate::environment::postgres_url;

/// A name that nobody else uses.
pub(crate) fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let nth = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("latchkey_test_{}_{nth}_{what}", process::id())
}

/// The test server's own URL.
pub(crate) fn url() -> String {
    postgres_url().expect("LATCHKEY_TEST_POSTGRES_URL")
}

/// The same place behind a relay that can cut the way there.
pub(crate) fn relayed(url: &str) -> (String, Relay) {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (authority, place) = rest.split_once('/').expect("a URL with a database");
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (format!("{user}@"), host),
        None => (String::new(), authority),
    };
    let with_port = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:{PORT}")
    };
    let mut targets = with_port.to_socket_addrs().expect("a host");
    let target = targets.next().expect("an address");
    let (relay, address) = Relay::before(target).expect("a relay");
    (format!("{scheme}://{user}{address}/{place}"), relay)
}

/// Where a server listens that is told nothing else.
const PORT: u16 = 5432;

fn connect() -> PgConnection {
    PgConnection::establish(&url()).expect("the PostgreSQL of LATCHKEY_TEST_POSTGRES_URL")
}

/// Drops a schema and what is in it.
pub(crate) fn drop_schema(name: &str) {
    let sql = format!("SET lock_timeout = '10s'; DROP SCHEMA IF EXISTS \"{name}\" CASCADE");
    if let Err(error) = connect().batch_execute(&sql) {
        report(name, &error);
    }
}

/// A database of its own, dropped at the end.
pub struct Database {
    name: String,
}

impl Database {
    /// A new one, empty.
    pub fn create() -> Self {
        drop_leftovers();
        let name = unique("stack");
        connect()
            .batch_execute(&format!("CREATE DATABASE \"{name}\""))
            .expect("may create databases");
        Self { name }
    }

    /// Its URL, for the test user.
    pub fn url(&self) -> String {
        with_database(&url(), &self.name)
    }

    /// Runs statements in it.
    pub fn execute(&self, statements: &str) -> QueryResult<()> {
        PgConnection::establish(&self.url())
            .expect("a database of ours")
            .batch_execute(statements)
    }
}

/// Somebody who may log in and nothing more; gone at the end. The test user must be allowed to make
/// roles.
pub struct LoginRole {
    name: String,
}

impl LoginRole {
    /// A new one.
    pub fn create() -> Self {
        let name = unique("role");
        connect()
            .batch_execute(&format!("CREATE ROLE \"{name}\" LOGIN PASSWORD '{name}'"))
            .expect("may create roles");
        Self { name }
    }

    /// The role's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same database as this role sees it.
    pub fn in_url(&self, url: &str) -> String {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (authority, place) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        format!("{scheme}://{0}:{0}@{host}/{place}", self.name)
    }
}

impl Drop for LoginRole {
    fn drop(&mut self) {
        let sql = format!("DROP ROLE IF EXISTS \"{}\"", self.name);
        if let Err(error) = connect().batch_execute(&sql) {
            report(&self.name, &error);
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        if let Err(error) = connect().batch_execute(&sql) {
            report(&self.name, &error);
        }
    }
}

fn report(name: &str, error: &dyn std::error::Error) {
    use std::io::Write as _;
    drop(writeln!(std::io::stderr(), "{name} is left: {error}"));
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    datname: String,
}

/// Databases of processes that are gone. The one in use cannot be dropped without `FORCE`, so a
/// mistake here does no harm.
fn drop_leftovers() {
    static DONE: Once = Once::new();
    DONE.call_once(|| {
        let mut conn = connect();
        let found: Vec<Name> = diesel::sql_query(
            "SELECT datname::text FROM pg_database WHERE datname LIKE 'latchkey\\_test\\_%'",
        )
        .load(&mut conn)
        .unwrap_or_default();
        for Name { datname } in found {
            let owner = datname.split('_').nth(2).unwrap_or_default();
            if !Path::new("/proc").join(owner).exists() {
                drop(conn.batch_execute(&format!("DROP DATABASE IF EXISTS \"{datname}\"")));
            }
        }
    });
}

/// `url` with another database in it.
fn with_database(url: &str, name: &str) -> String {
    let (place, query) = match url.split_once('?') {
        Some((place, query)) => (place, format!("?{query}")),
        None => (url, String::new()),
    };
    let (scheme, rest) = place.split_once("://").expect("a URL");
    let authority = rest.split('/').next().unwrap_or_default();
    format!("{scheme}://{authority}/{name}{query}")
}

#[cfg(test)]
mod tests {
    use super::with_database;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (from, to) in [
            ("postgres://u:p@h:5432/d", "postgres://u:p@h:5432/x"),
            ("postgres://h", "postgres://h/x"),
            ("postgres://h/d?host=/run", "postgres://h/x?host=/run"),
        ] {
            assert_eq!(with_database(from, "x"), to);
        }
    }
}
