//! A `PostgreSQL` server of our own, gone afterwards with its data.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use parking_lot::Mutex;
use tempfile::TempDir;

use crate::running::Running;
use crate::{Home, Result, Trouble, programs, run};

/// How long a start may take, what a `kill -9` has left behind included.
const START: Duration = Duration::from_secs(30);
/// How long an end may take before it is forced.
const END: Duration = Duration::from_secs(5);
const PORT: u16 = 5432;
/// Whoever has all rights.
const ADMIN: &str = "latchkey";

/// What of its data lies on the disk when a transaction has been acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// All, as on a server that matters: a power cut loses nothing.
    Full,
    /// It may take its time. The death of a process loses nothing all the same.
    OfProcess,
}

/// The server, with its data. The role `latchkey` has all rights, without a password.
pub struct Server {
    running: Mutex<Option<Running>>,
    home: Home,
    durability: Durability,
    settings: Vec<String>,
    /// Where the programs of one version lie.
    programs: PathBuf,
    folder: TempDir,
    user: Option<(u32, u32)>,
}

impl Server {
    /// A new one with its data below `place`, started; `settings` are of its own kind, `NAME=VALUE`.
    pub fn start_new(place: &Path, durability: Durability, settings: &[String]) -> Result<Self> {
        let folder = tempfile::tempdir_in(place)?;
        // PostgreSQL refuses to run as root.
        let is_root = fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
        let user = is_root.then(|| user_id("postgres")).transpose()?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        // What lies in a common folder is a link to where the other programs are.
        let initdb = programs::find("initdb").ok_or("PostgreSQL is not installed")?;
        let initdb = fs::canonicalize(initdb)?;
        let server = Self {
            running: Mutex::new(None),
            home: Home::claim()?,
            durability,
            settings: settings.to_vec(),
            programs: initdb.parent().unwrap_or(Path::new("/")).to_owned(),
            folder,
            user,
        };
        run(server
            .program("initdb")
            .arg("-D")
            .arg(server.data())
            .args(["-U", ADMIN, "-A", "trust", "-E", "UTF8", "--locale=C"])
            .arg("--no-sync"))?;
        server.start()?;
        Ok(server)
    }

    /// Starts it on its data, and waits until it takes connections.
    pub fn start(&self) -> Result<()> {
        let begun = Instant::now();
        self.spawn()?;
        while self.connect().is_err() {
            let mut running = self.running.lock();
            let has_ended = running.as_mut().is_none_or(|it| it.ended().is_some());
            let log = running.as_ref().map(Running::log).unwrap_or_default();
            drop(running);
            if begun.elapsed() > START {
                return Err(format!("PostgreSQL does not start: {log}").into());
            }
            if has_ended {
                // After a kill its children hold the shared memory for a moment.
                self.spawn()?;
            }
            thread::sleep(Duration::from_millis(30));
        }
        Ok(())
    }

    fn spawn(&self) -> Result<()> {
        let sync = match self.durability {
            Durability::Full => "fsync=on",
            Durability::OfProcess => "fsync=off",
        };
        let address = format!("listen_addresses={}", self.home.address());
        let own = [
            sync,
            &address,
            "unix_socket_directories=",
            "max_connections=800",
        ];
        let settings = own
            .into_iter()
            .chain(self.settings.iter().map(String::as_str));
        let mut command = self.program("postgres");
        command
            .arg("-D")
            .arg(self.data())
            .args(["-p", &PORT.to_string()])
            .args(settings.flat_map(|setting| ["-c", setting]));
        let running = Running::spawn(&mut command, self.folder.path(), "postgres")?;
        *self.running.lock() = Some(running);
        Ok(())
    }

    /// As a power cut would.
    pub fn kill(&self) {
        if let Some(running) = self.running.lock().as_mut() {
            running.kill();
        }
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) -> Result<()> {
        let running = self.running.lock();
        running.as_ref().map_or(Ok(()), |it| it.signal(name))
    }

    /// The id of its first process, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.running.lock().as_ref().map(Running::id)
    }

    /// Where it listens.
    pub const fn at(&self) -> SocketAddr {
        self.home.at(PORT)
    }

    /// The URL of a database, for whoever has all rights.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ADMIN}@{}/{database}", self.at())
    }

    /// A program that comes with the server, told where the server is.
    pub fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .args(["-h", &self.home.address().to_string()])
            .args(["-p", &PORT.to_string()])
            .args(["-U", ADMIN]);
        command
    }

    /// Runs statements with all rights, each a transaction, in the database `postgres`.
    pub fn execute(&self, statements: &[String]) -> Result<()> {
        let tried = Trouble::in_trying(statements.join("; "));
        let mut connection = self.connect().map_err(Trouble::in_trying("PostgreSQL"))?;
        let mut statements = statements.iter();
        let done = statements.try_for_each(|statement| connection.batch_execute(statement));
        done.map_err(tried)
    }

    fn connect(&self) -> ConnectionResult<PgConnection> {
        PgConnection::establish(&self.url("postgres"))
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(self.folder.path());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut running) = self.running.lock().take() {
            // Gives its shared memory back, which a kill does not.
            drop(running.signal("QUIT"));
            drop(running.await_end(END));
        }
    }
}

/// User and group of `name`.
fn user_id(name: &str) -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let mut users = users.lines().map(|line| line.split(':'));
    let user = users.find_map(|mut fields| {
        (fields.next() == Some(name)).then(|| {
            let mut numbers = fields.skip(1).map(str::parse);
            numbers.next()?.ok().zip(numbers.next()?.ok())
        })?
    });
    let none = || format!("PostgreSQL cannot run as root, and there is no user {name}");
    Ok(user.ok_or_else(none)?)
}
