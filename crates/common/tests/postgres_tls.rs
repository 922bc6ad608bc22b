//! TLS to `PostgreSQL`, against a server that takes nothing else: `deploy/with-postgres.sh --tls`
//! makes one with a certificate of its own for `localhost`. Compiled with the feature
//! `postgres-tls` alone; `deploy/check.sh tls` builds and runs it.
#![cfg(test)]

use std::time::Duration;

use diesel::RunQueryDsl as _;
use diesel::sql_types::Bool;
use latchkey_common::clock::Clock;
use latchkey_common::db::{Conn, Db, DbSettings, DbTimes, Location, RoomSettings};
use latchkey_common::fault::Fault;

/// What the server's script says of it.
struct Server {
    /// `postgres://USER@127.0.0.1:PORT/DATABASE`
    url: String,
    /// The certificate that signed the server's.
    ca: String,
    /// One of the same name that did not.
    wrong_ca: String,
}

impl Server {
    /// `None`, said aloud, when there is none; a failure where `LATCHKEY_TEST_REQUIRE` names it.
    fn find(test: &str) -> Option<Self> {
        use std::io::Write as _;
        let variable = |name: &str| std::env::var_os(name)?.into_string().ok();
        let found = (|| {
            Some(Self {
                url: variable("LATCHKEY_TEST_POSTGRES_URL")?,
                ca: variable("LATCHKEY_TEST_POSTGRES_CA")?,
                wrong_ca: variable("LATCHKEY_TEST_POSTGRES_WRONG_CA")?,
            })
        })();
        if found.is_none() {
            let required = variable("LATCHKEY_TEST_REQUIRE").unwrap_or_default();
            assert!(
                !required.split(',').any(|word| word == "postgres-tls"),
                "{test} needs deploy/with-postgres.sh --tls"
            );
            // libtest captures what eprintln! writes.
            let said = format!("skipped: {test}: run it with deploy/with-postgres.sh --tls");
            drop(writeln!(std::io::stderr(), "{said}"));
        }
        found
    }

    /// The server by the name that its certificate has.
    fn by_name(&self) -> String {
        self.url.replace("127.0.0.1", "localhost")
    }
}

fn open(url: &str) -> Result<Db, Fault> {
    let settings = DbSettings {
        service: "tls",
        location: Location::parse(url)?,
        schema: None,
        readers: 1,
        writers: 1,
        queue: 8,
        patience: Duration::from_secs(10),
        times: DbTimes {
            statement: Duration::from_secs(8),
            lock: Duration::from_secs(5),
            silence: Duration::from_secs(2),
        },
        sqlite_max_bytes: 0,
        sqlite_wal_bytes: 1 << 24,
        room: RoomSettings::default(),
    };
    Db::open(&settings, &Clock::default())
}

/// Why opening failed, in the client library's words.
fn refusal(url: &str) -> String {
    match open(url) {
        Err(Fault::Unavailable {
            source: Some(source),
            ..
        }) => source.to_string(),
        Err(other) => panic!("{url}: {other}"),
        Ok(_) => panic!("{url} was let in"),
    }
}

#[derive(diesel::QueryableByName)]
struct Ssl {
    #[diesel(sql_type = Bool)]
    ssl: bool,
}

fn is_encrypted(conn: &mut Conn) -> Result<bool, Fault> {
    let Conn::Postgres(c) = conn else {
        return Ok(false);
    };
    let sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let row: Ssl = diesel::sql_query(sql).get_result(c)?;
    Ok(row.ssl)
}

#[tokio::test]
async fn the_right_certificate_opens_an_encrypted_connection() {
    let Some(server) = Server::find("the right certificate") else {
        return;
    };
    let url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        server.by_name(),
        server.ca
    );
    let db = open(&url).unwrap();
    assert!(db.read(is_encrypted).await.unwrap());
    assert!(db.write(is_encrypted).await.unwrap());
}

#[test]
fn a_wrong_authority_is_refused() {
    let Some(server) = Server::find("a wrong authority") else {
        return;
    };
    let url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        server.by_name(),
        server.wrong_ca
    );
    let said = refusal(&url);
    assert!(said.contains("certificate verify failed"), "{said}");
}

#[test]
fn a_wrong_name_is_refused() {
    let Some(server) = Server::find("a wrong name") else {
        return;
    };
    let url = format!(
        "{}?sslmode=verify-full&sslrootcert={}",
        server.url, server.ca
    );
    let said = refusal(&url);
    assert!(said.contains("does not match host name"), "{said}");
}

#[test]
fn without_tls_the_server_lets_nobody_in() {
    let Some(server) = Server::find("a connection without TLS") else {
        return;
    };
    let said = refusal(&format!("{}?sslmode=disable", server.by_name()));
    assert!(said.contains("pg_hba.conf"), "{said}");
}
