//! One process: the binary `latchkey`, with a data folder and an address of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use parking_lot::Mutex;
use tempfile::TempDir;

use crate::env::{Env, Settings};
use crate::questions::is_ready;
use crate::running::Running;
use crate::{Home, Result, Service, binary, run};

/// How long a start may take until it is ready. Generous: machines that test are busy.
const START: Duration = Duration::from_secs(30);

/// The limits of open files that a process starts with.
#[derive(Debug, Clone, Copy)]
pub struct OpenFiles {
    /// How many it may open.
    pub soft: u32,
    /// How far it may raise that itself.
    pub hard: u32,
}

impl OpenFiles {
    /// The same command under these limits: a shell sets them and becomes the program.
    fn bind(self, command: &Command) -> Command {
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

/// One Latchkey with its data. Everything goes when it is dropped, but a database that it was given.
pub struct OneProcess {
    env: Env,
    open_files: Option<OpenFiles>,
    running: Mutex<Option<Running>>,
    database_url: Option<String>,
    home: Home,
    folder: TempDir,
}

impl OneProcess {
    /// Makes its folder below `place`, and starts nothing. Without a `PostgreSQL` database it keeps
    /// its data in the folder.
    pub fn new(place: &Path, database_url: Option<String>, mut env: Settings) -> Result<Self> {
        if let Some(url) = &database_url {
            let named = |service: Service| format!("LATCHKEY_{}__DATABASE_URL", service.upper());
            env.extend(Service::ALL.map(|service| (named(service), url.clone())));
        }
        Ok(Self {
            env: Env::new(env),
            open_files: None,
            running: Mutex::new(None),
            database_url,
            home: Home::claim()?,
            folder: tempfile::tempdir_in(place)?,
        })
    }

    /// The same with these limits.
    #[must_use]
    pub fn bound_by(self, limits: OpenFiles) -> Self {
        Self {
            open_files: Some(limits),
            ..self
        }
    }

    /// Brings a `PostgreSQL` database to the present shape; on `SQLite` the start does.
    pub(crate) fn migrate(&self) -> Result<()> {
        if self.database_url.is_none() {
            return Ok(());
        }
        run(&mut self.command(&["migrate"])?)
    }

    /// Where everybody comes.
    pub(crate) const fn public(&self) -> SocketAddr {
        self.home.at(8080)
    }

    /// Its internal listener.
    pub(crate) const fn internal(&self) -> SocketAddr {
        self.home.at(9090)
    }

    /// The folder that holds the data folder and what it printed.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder().join("data")
    }

    /// The database of a service as the service alone sees it: all share one, each with a schema.
    pub(crate) fn database_url(&self, service: Service) -> Option<String> {
        let url = self.database_url.as_ref()?;
        let mark = if url.contains('?') { '&' } else { '?' };
        Some(format!(
            "{url}{mark}options=-csearch_path%3D{}",
            service.name()
        ))
    }

    pub(crate) fn set_env(&self, name: &str, value: Option<&str>) {
        self.env.set(name, value);
    }

    /// Starts it and does not wait.
    pub fn spawn(&self) -> Result<()> {
        let mut command = self.command(&["serve"])?;
        if let Some(limits) = self.open_files {
            command = limits.bind(&command);
        }
        let running = Running::spawn(&mut command, self.folder(), "latchkey")?;
        *self.running.lock() = Some(running);
        Ok(())
    }

    pub(crate) fn start(&self) -> Result<()> {
        self.spawn()?;
        let internal = self.internal();
        self.with(|running| running.await_ready(START, || is_ready(internal)))?
    }

    pub(crate) fn kill(&self) {
        if let Some(running) = self.running.lock().as_mut() {
            running.kill();
        }
    }

    pub(crate) fn terminate(&self, within: Duration) -> Result<ExitStatus> {
        self.with(|running| {
            running.signal("TERM")?;
            running.await_end(within)
        })?
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.with(|running| running.ended().is_some())
            .unwrap_or(true)
    }

    pub(crate) fn all_lines_with(&self, words: &str) -> Vec<String> {
        self.with(|running| running.lines_with(words))
            .unwrap_or_default()
    }

    pub(crate) fn log(&self) -> String {
        self.with(|running| running.log()).unwrap_or_default()
    }

    pub(crate) fn stdout(&self) -> String {
        self.with(|running| running.stdout()).unwrap_or_default()
    }

    pub(crate) fn processes(&self) -> Vec<u32> {
        self.running.lock().iter().map(Running::id).collect()
    }

    /// Every service's program is the same one.
    pub(crate) fn command_of(&self, _: Service, args: &[&str]) -> Result<Command> {
        self.command(args)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Result<Command> {
        let public = self.public();
        let mut command = binary::latchkey()?;
        command
            .args(args)
            .current_dir(self.folder())
            .env("LATCHKEY_DATA_DIR", self.data_dir())
            .env("LATCHKEY_LISTEN", public.to_string())
            .env("LATCHKEY_INTERNAL_LISTEN", self.internal().to_string())
            .env("LATCHKEY_PUBLIC_URL", format!("http://{public}"))
            .envs(self.env.that(|_| true));
        Ok(command)
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Running) -> T) -> Result<T> {
        let mut running = self.running.lock();
        Ok(ask(running.as_mut().ok_or("it was not started")?))
    }
}
