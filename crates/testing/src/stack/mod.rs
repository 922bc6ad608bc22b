//! The product as its users have it: the real binary `latchkey` as a child process, with a data
//! folder, ports and (on `PostgreSQL`) a database of its own.

mod binary;
mod builder;
pub(crate) mod child;
mod ports;
mod spoilt;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use self::binary::binary;
pub use self::builder::Builder;
use self::child::Running;
use self::ports::{Ports, is_ready};
use crate::Backend;
use crate::postgres::Database;

/// How long a start may take until it is ready. Generous: machines that test are busy.
const START: Duration = Duration::from_secs(30);

/// One Latchkey with its data. Everything goes when it is dropped; when this process dies without
/// dropping it, a watchdog kills the child.
pub struct Stack {
    env: Mutex<Vec<(String, String)>>,
    ports: Mutex<Ports>,
    running: Mutex<Option<Running>>,
    starts: Mutex<usize>,
    // The order matters: the child goes before its database and its folder.
    database: Option<Database>,
    folder: TempDir,
}

/// What a command printed.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Output {
    /// Asks for success, and gives the last line of standard output.
    #[track_caller]
    pub fn last_line(&self) -> String {
        assert!(self.status.success(), "{self:?}");
        self.stdout.lines().last().unwrap_or_default().to_owned()
    }
}

impl Stack {
    /// A stack on `backend`; limits by rate are off unless [`Builder::env`] says otherwise.
    pub fn on(backend: Backend) -> Builder {
        Builder {
            backend,
            env: vec![("LATCHKEY_RATE_LIMITS".to_owned(), "off".to_owned())],
        }
    }

    /// `http://host:port` for everybody.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", lock(&self.ports).public)
    }

    /// `host:port` of the internal listener.
    pub fn internal(&self) -> String {
        format!("127.0.0.1:{}", lock(&self.ports).internal)
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Changes a setting for the starts to come; `None` takes it away.
    pub fn set_env(&self, name: &str, value: Option<&str>) {
        let mut env = lock(&self.env);
        env.retain(|(known, _)| known != name);
        env.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// Starts it, on the same folder and ports as before, and waits until it is ready.
    #[track_caller]
    pub fn start(&self) {
        if let Err(trouble) = self.try_start() {
            panic!("latchkey does not start: {trouble}");
        }
    }

    /// Starts it; `Err` tells what it printed when it ended before it was ready.
    pub fn try_start(&self) -> Result<(), String> {
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

    fn spawn(&self) {
        let nth = {
            let mut starts = lock(&self.starts);
            *starts += 1;
            *starts
        };
        let mut command = self.prepared(&["serve"]);
        let child = Running::spawn(&mut command, self.folder.path(), nth);
        *lock(&self.running) = Some(child);
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub fn kill(&self) {
        if let Some(running) = lock(&self.running).as_mut() {
            running.kill();
        }
    }

    /// Asks it to stop (`SIGTERM`), and waits until it has.
    #[track_caller]
    pub fn terminate(&self, within: Duration) -> ExitStatus {
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

    /// Kills it and starts it again.
    #[track_caller]
    pub fn restart(&self) {
        self.kill();
        self.start();
    }

    /// True when it does not run (any more).
    pub fn has_ended(&self) -> bool {
        lock(&self.running)
            .as_mut()
            .is_none_or(|running| running.ended().is_some())
    }

    /// What the present start printed, on both outputs.
    pub fn log(&self) -> String {
        lock(&self.running)
            .as_ref()
            .map(Running::log)
            .unwrap_or_default()
    }

    /// What the present start printed on standard output.
    pub fn stdout(&self) -> String {
        lock(&self.running)
            .as_ref()
            .map(Running::stdout)
            .unwrap_or_default()
    }

    /// The one-time link that the present start printed.
    pub fn link(&self) -> Option<String> {
        let printed = self.stdout();
        let line = printed.lines().find(|line| line.contains("/register?t="))?;
        line.split_whitespace()
            .find(|word| word.contains("/register?t="))
            .map(str::to_owned)
    }

    /// The token in that link.
    #[track_caller]
    pub fn link_token(&self) -> String {
        let link = self.link();
        let link = link.unwrap_or_else(|| panic!("no link was printed:\n{}", self.log()));
        token_of(&link).expect("a token in the link")
    }

    /// Runs `latchkey` with `args` and the same settings, beside the server or without it.
    pub fn command(&self, args: &[&str], stdin: &str) -> Output {
        let mut command = self.prepared(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("latchkey runs");
        if let Some(mut pipe) = child.stdin.take() {
            // A command that reads nothing may have closed it.
            drop(pipe.write_all(stdin.as_bytes()));
        }
        let output = child.wait_with_output().expect("latchkey ends");
        Output {
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs `latchkey` with `args` while nobody reads its standard output; how it ended, and what
    /// it said on standard error.
    pub fn unheard(&self, args: &[&str]) -> (ExitStatus, String) {
        let mut command = self.prepared(args);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("latchkey runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("latchkey ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status, said)
    }

    /// Runs `latchkey admin` with `args`.
    pub fn admin(&self, args: &[&str], stdin: &str) -> Output {
        self.command(&[&["admin"], args].concat(), stdin)
    }

    fn prepared(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            // An unknown setting is refused, and the tests have variables of their own.
            if name.to_string_lossy().starts_with("LATCHKEY_") {
                command.env_remove(name);
            }
        }
        let Ports { public, internal } = *lock(&self.ports);
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_remove("CRASH_AT")
            .env("LATCHKEY_DATA_DIR", self.data_dir())
            .env("LATCHKEY_LISTEN", format!("127.0.0.1:{public}"))
            .env("LATCHKEY_INTERNAL_LISTEN", format!("127.0.0.1:{internal}"))
            .env("LATCHKEY_PUBLIC_URL", format!("http://127.0.0.1:{public}"))
            .envs(lock(&self.env).iter().cloned());
        command
    }

    /// The folder that holds the data folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The token in a link to the registration page.
pub fn token_of(link: &str) -> Option<String> {
    let (_, query) = link.split_once("/register?t=")?;
    let token = query.split(['&', '#', ' ']).next()?;
    Some(token.replace("%3D", "=").replace("%3d", "="))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
