//! A pooler between Latchkey and `PostgreSQL`: one that keeps sessions together is served through, another one is
//! refused in words. Needs `PgBouncer` and a `PostgreSQL` server.

#![cfg(test)]

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Stdio};
use std::time::Duration;

use latchkey_common::clock::Clock;
use latchkey_common::db::{Db, DbSettings, Location};
use latchkey_common::fault::Fault;
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, eventually, missing, programs, tests_of};
use tempfile::TempDir;

tests_of!(sessions_are_kept_together_or_it_is_refused: postgres Postgres);

/// A running `PgBouncer`; it ends with the test.
struct Pooler {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Pooler {
    /// In front of the server of `url`, with these lines of configuration.
    async fn start(url: &str, lines: &str) -> Self {
        let (user, host, server_port) = server(url);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let config = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={host} port={server_port} user={user}\n[pgbouncer]\n\
             listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\n\
             default_pool_size = 8\nuser = nobody\n{lines}\n"
        );
        fs::write(&config, text).unwrap();
        let child = programs::command("pgbouncer")
            .unwrap()
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pooler = Self {
            child,
            port,
            _folder: folder,
        };
        eventually(Duration::from_secs(10), "the pooler listens", async || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        })
        .await;
        pooler
    }

    /// The same database by way of the pooler.
    fn before(&self, settings: &DbSettings, url: &str) -> DbSettings {
        let (user, ..) = server(url);
        let name = url.rsplit_once('/').unwrap().1;
        DbSettings {
            location: Location::Postgres(format!(
                "postgres://{user}@127.0.0.1:{}/{name}",
                self.port
            )),
            ..settings.clone()
        }
    }
}

/// Who connects to which host and port.
fn server(url: &str) -> (String, String, String) {
    let place = url.split_once("://").unwrap().1.split('/').next().unwrap();
    let (user, place) = place.rsplit_once('@').unwrap_or(("postgres", place));
    let user = user.split(':').next().unwrap();
    let (host, port) = place.rsplit_once(':').unwrap_or((place, "5432"));
    (user.to_owned(), host.to_owned(), port.to_owned())
}

fn open(settings: &DbSettings) -> Result<Db, Fault> {
    Db::open(settings, &Clock::default())
}

async fn sessions_are_kept_together_or_it_is_refused(backend: Backend) {
    if missing("pooler", &["pgbouncer"]) {
        return;
    }
    let test = TestDb::new(backend, "pooler");
    let Location::Postgres(url) = &test.settings().location else {
        panic!("PostgreSQL");
    };
    for lines in [
        "pool_mode = transaction",
        "pool_mode = transaction\nserver_round_robin = 1",
        "pool_mode = transaction\ndefault_pool_size = 1",
        "pool_mode = statement",
    ] {
        let pooler = Pooler::start(url, lines).await;
        let Err(Fault::Invalid(said)) = open(&pooler.before(test.settings(), url)) else {
            panic!("{lines} was taken");
        };
        assert!(said.contains("pool_mode = session"), "{said}");
    }
    let pooler = Pooler::start(url, "pool_mode = session\ndefault_pool_size = 20").await;
    let db = open(&pooler.before(test.settings(), url)).unwrap();
    db.ping().await.unwrap();
}
