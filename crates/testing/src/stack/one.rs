//! One process: the binary `latchkey`, with a data folder, ports and (on `PostgreSQL`) a database of
//! its own.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::lock;
use crate::Backend;
use latchkey_stack::binary::{binary, without_settings};
use latchkey_stack::ports::{Ports, is_ready};
use crate::postgres::{self, Database};
use latchkey_stack::running::Running;
use latchkey_stack::relay::{Cut, Relay};

/// How long a start may take until it is ready. Generous: machines that test are busy.
pub(super) const START: Duration = Duration::from_secs(30);

/// The limits of open files that a process starts with.
#[derive(Debug, Clone, Copy)]
pub(super) struct OpenFiles {
    pub(super) soft: u32,
    pub(super) hard: u32,
}

impl OpenFiles {
    /// The same command under these limits: a shell sets them and becomes the program.
    fn bound(self, command: &Command) -> Command {
        let Self { soft, hard } = self;
        let script = format!("ulimit -S -n {soft} && ulimit -H -n {hard} && exec \"$0\" \"$@\"");
        let mut bound = Command::new("sh");
        bound
            .args(["-c", &script])
            .arg(command.get_program())
            .args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => bound.env(name, value),
                None => bound.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            bound.current_dir(folder);
        }
        bound
    }
}

/// One Latchkey with its data. Everything goes when it is dropped; when this process dies without
/// dropping it, a watchdog kills the child.
pub(super) struct OneProcess {
    env: Mutex<Vec<(String, String)>>,
    open_files: Option<OpenFiles>,
    ports: Mutex<Ports>,
    running: Mutex<Option<Running>>,
    starts: Mutex<usize>,
    // The order matters: the child goes before its database and its folder.
    database: Option<Database>,
    /// On the way there, where that can be cut.
    relay: Option<Relay>,
    folder: TempDir,
}

impl OneProcess {
    /// Makes folder and database, and nothing more.
    pub(super) fn new(
        backend: Backend,
        mut env: Vec<(String, String)>,
        has_edges: bool,
        open_files: Option<OpenFiles>,
    ) -> Self {
        let database = (backend == Backend::Postgres).then(Database::create);
        let mut relay = None;
        if let Some(database) = &database {
            let mut url = database.url();
            if has_edges {
                let (relayed, on_the_way) = postgres::relayed(&url);
                (url, relay) = (relayed, Some(on_the_way));
            }
            for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
                env.push((format!("LATCHKEY_{service}__DATABASE_URL"), url.clone()));
            }
        }
        Self {
            env: Mutex::new(env),
            open_files,
            ports: Mutex::new(Ports::free()),
            running: Mutex::new(None),
            starts: Mutex::new(0),
            database,
            relay,
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// Whether `migrate` has to run before the first start.
    pub(super) const fn needs_migration(&self) -> bool {
        self.database.is_some()
    }

    /// `http://host:port` for everybody.
    pub(super) fn base(&self) -> String {
        format!("http://127.0.0.1:{}", lock(&self.ports).public)
    }

    /// `host:port` of the internal listener.
    pub(super) fn internal(&self) -> String {
        format!("127.0.0.1:{}", lock(&self.ports).internal)
    }

    /// The data folder.
    pub(super) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Changes a setting for the starts to come; `None` takes it away.
    pub(super) fn set_env(&self, name: &str, value: Option<&str>) {
        let mut env = lock(&self.env);
        env.retain(|(known, _)| known != name);
        env.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// Starts it; `Err` tells what it printed when it ended before it was ready.
    pub(super) fn try_start(&self) -> Result<(), String> {
        for _ in 0..5 {
            match self.start_once() {
                Err(said) if said.contains("in use") && *lock(&self.starts) == 1 => {
                    *lock(&self.ports) = Ports::free();
                    *lock(&self.starts) = 0;
                }
                outcome => return outcome,
            }
        }
        Err("no free ports".to_owned())
    }

    /// Starts it and does not wait.
    pub(super) fn spawn(&self) {
        let nth = {
            let mut starts = lock(&self.starts);
            *starts += 1;
            *starts
        };
        let mut command = self.prepared(&["serve"]);
        if let Some(limits) = self.open_files {
            command = limits.bound(&command);
        }
        let child = Running::spawn(&mut command, self.folder.path(), &nth.to_string());
        *lock(&self.running) = Some(child);
    }

    /// Cuts the way to its database, or heals it.
    pub(super) fn cut_database(&self, cut: Option<Cut>) {
        let relay = self.relay.as_ref();
        relay
            .expect("`Builder::with_edges`, on PostgreSQL")
            .set(cut);
    }

    /// Its database, on `PostgreSQL`.
    pub(super) const fn database(&self) -> Option<&Database> {
        self.database.as_ref()
    }

    fn start_once(&self) -> Result<(), String> {
        self.spawn();
        let internal = self.internal();
        let begun = Instant::now();
        while !is_ready(&internal) {
            if self.has_ended() {
                return Err(self.log());
            }
            if begun.elapsed() > START {
                return Err(format!("not ready after {START:?}:\n{}", self.log()));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub(super) fn kill(&self) {
        if let Some(running) = lock(&self.running).as_mut() {
            running.kill();
        }
    }

    /// Asks it to stop (`SIGTERM`), and waits until it has.
    #[track_caller]
    pub(super) fn terminate(&self, within: Duration) -> ExitStatus {
        lock(&self.running)
            .as_mut()
            .expect("started")
            .signal("TERM");
        let begun = Instant::now();
        loop {
            if let Some(status) = lock(&self.running).as_mut().and_then(Running::ended) {
                return status;
            }
            assert!(begun.elapsed() < within, "does not stop:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// True when it does not run (any more).
    pub(super) fn has_ended(&self) -> bool {
        lock(&self.running)
            .as_mut()
            .is_none_or(|running| running.ended().is_some())
    }

    /// The id of the process that was started last.
    #[track_caller]
    pub(super) fn process(&self) -> u32 {
        lock(&self.running).as_ref().expect("started").id()
    }

    /// What the present start printed, on both outputs.
    pub(super) fn log(&self) -> String {
        lock(&self.running)
            .as_ref()
            .map(Running::log)
            .unwrap_or_default()
    }

    /// The lines of its log with these words, since its present start.
    pub(super) fn lines_with(&self, words: &str) -> Vec<String> {
        let running = lock(&self.running);
        let found = running.as_ref().map(|it| it.lines_with(words));
        found.unwrap_or_default()
    }

    /// What the present start printed on standard output.
    pub(super) fn stdout(&self) -> String {
        lock(&self.running)
            .as_ref()
            .map(Running::stdout)
            .unwrap_or_default()
    }

    /// `latchkey` with `args` and the same settings, beside the server or without it.
    pub(super) fn prepared(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        without_settings(&mut command);
        let Ports { public, internal } = *lock(&self.ports);
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("LATCHKEY_DATA_DIR", self.data_dir())
            .env("LATCHKEY_LISTEN", format!("127.0.0.1:{public}"))
            .env("LATCHKEY_INTERNAL_LISTEN", format!("127.0.0.1:{internal}"))
            .env("LATCHKEY_PUBLIC_URL", format!("http://127.0.0.1:{public}"))
            .envs(lock(&self.env).iter().cloned());
        command
    }

    /// The folder that holds the data folder.
    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for OneProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
