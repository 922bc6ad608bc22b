//! A `PostgreSQL` server of our own, which a test may kill. What is not synced survives the death of
//! a process, so nothing is synced.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use tempfile::TempDir;

use crate::split::lock;
use crate::running::Running;
use crate::{loopback, programs};

/// How long a start may take, what a `kill -9` has left behind included.
const START: Duration = Duration::from_secs(30);
/// How long an end may take before it is forced.
const END: Duration = Duration::from_secs(5);
const PORT: u16 = 5432;
/// Whoever has all rights.
const ADMIN: &str = "latchkey";

/// Runs statements with all rights, in the database `postgres` of the server there.
pub(crate) fn execute(server: SocketAddr, sql: &str) {
    let mut connection = connect(server).expect("the server is there");
    for statement in sql.split(';').filter(|part| !part.trim().is_empty()) {
        connection
            .batch_execute(statement)
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

fn connect(server: SocketAddr) -> ConnectionResult<PgConnection> {
    PgConnection::establish(&format!("postgres://{ADMIN}@{server}/postgres"))
}

/// The server, with its data.
pub(crate) struct Cluster {
    running: Mutex<Option<Running>>,
    starts: Mutex<usize>,
    pub(crate) address: Ipv4Addr,
    folder: TempDir,
    user: Option<(u32, u32)>,
}

impl Cluster {
    /// The one that all stacks of this process share, unless they want to kill it.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start_new)
    }

    /// A new one, started.
    pub(crate) fn start_new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // PostgreSQL refuses to run as root.
        let user = is_root().then(|| user_id("postgres"));
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("root may do this");
        }
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(folder.path(), open).expect("our folder");
        let cluster = Self {
            running: Mutex::new(None),
            starts: Mutex::new(0),
            address: loopback::unique(),
            folder,
            user,
        };
        let made = cluster
            .program("initdb")
            .arg("-D")
            .arg(cluster.data())
            .args(["-U", ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C"])
            .arg("--no-sync")
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "{made:?}");
        cluster.start();
        cluster
    }

    /// Starts it on its data, and waits until it takes connections.
    pub(crate) fn start(&self) {
        let begun = Instant::now();
        self.spawn();
        loop {
            if connect(self.at()).is_ok() {
                return;
            }
            let mut running = lock(&self.running);
            let has_ended = running.as_mut().is_none_or(|it| it.ended().is_some());
            let log = running.as_ref().map(Running::log).unwrap_or_default();
            drop(running);
            assert!(begun.elapsed() < START, "PostgreSQL does not start: {log}");
            if has_ended {
                // After a kill its children hold the shared memory for a moment.
                self.spawn();
            }
            thread::sleep(Duration::from_millis(30));
        }
    }

    fn spawn(&self) {
        let label = {
            let mut starts = lock(&self.starts);
            *starts += 1;
            format!("postgres-{starts}")
        };
        let mut command = self.program("postgres");
        command
            .arg("-D")
            .arg(self.data())
            .args(["-p", &PORT.to_string()])
            .args(["-c", &format!("listen_addresses={}", self.address)])
            .args(["-c", "unix_socket_directories="])
            .args(["-c", "max_connections=800", "-c", "fsync=off"])
            .args(["-c", "log_statement=none"]);
        *lock(&self.running) = Some(Running::spawn(&mut command, self.folder.path(), &label));
    }

    /// As a power cut would.
    pub(crate) fn kill(&self) {
        if let Some(running) = lock(&self.running).as_mut() {
            running.kill();
        }
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        if let Some(running) = lock(&self.running).as_ref() {
            running.signal(name);
        }
    }

    /// Where it listens.
    pub(crate) fn at(&self) -> SocketAddr {
        SocketAddr::from((self.address, PORT))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let program = programs::find(name).expect("PostgreSQL is installed");
        let mut command = Command::new(program);
        command.current_dir(self.folder.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let Some(mut running) = lock(&self.running).take() else {
            return;
        };
        if running.ended().is_none() {
            // Gives its shared memory back, which a kill does not.
            running.signal("QUIT");
            let begun = Instant::now();
            while running.ended().is_none() && begun.elapsed() < END {
                thread::sleep(Duration::from_millis(10));
            }
        }
    }
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// User and group of `name`.
fn user_id(name: &str) -> (u32, u32) {
    let users = fs::read_to_string(Path::new("/etc/passwd")).expect("a list of users");
    let mut lines = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    let line = lines.find(|fields| fields.first() == Some(&name));
    let number = |at: usize| line.as_ref()?.get(at)?.parse().ok();
    number(2)
        .zip(number(3))
        .unwrap_or_else(|| panic!("PostgreSQL cannot run as root, and there is no user {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_server_starts_again_with_its_data() {
        let name = "a_killed_server_starts_again_with_its_data";
        if crate::split::is_missing(name) {
            return;
        }
        let cluster = Cluster::start_new();
        execute(
            cluster.at(),
            "CREATE TABLE kept (n integer); INSERT INTO kept VALUES (1)",
        );
        cluster.kill();
        assert!(connect(cluster.at()).is_err());
        cluster.start();
        execute(
            cluster.at(),
            "INSERT INTO kept SELECT 1 / count(*) FROM kept",
        );
    }
}
