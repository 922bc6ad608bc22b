//! The product as its users have it: real binaries as child processes, with data of their own, in one
//! process or split. What a test may ask of either is here; what it asks of the split shape alone is
//! in [`crate::split`].

mod builder;
mod one;
mod rows;
mod spoilt;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub use self::builder::Builder;
use self::one::OneProcess;
use crate::Backend;
pub use latchkey_stack::binary::binary;
use crate::split::{Cut, Link, Part, Service, Split};

/// How long the link for the first account may take to be printed after the start.
const PRINTED: Duration = Duration::from_secs(3);

/// One Latchkey with its data. Everything goes when it is dropped; when this process dies without
/// dropping it, a watchdog kills the children.
pub struct Stack {
    shape: Shape,
}

enum Shape {
    One(Box<OneProcess>),
    Split(Box<Split>),
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
        Builder::new(backend)
    }

    /// The processes of the split shape.
    #[track_caller]
    pub fn split(&self) -> &Split {
        match &self.shape {
            Shape::Split(split) => split,
            Shape::One(_) => panic!("this stack is one process"),
        }
    }

    #[track_caller]
    fn one(&self) -> &OneProcess {
        match &self.shape {
            Shape::One(one) => one,
            Shape::Split(_) => panic!("this is for one process: `one_process!`"),
        }
    }

    /// `http://host:port` for everybody.
    pub fn base(&self) -> String {
        match &self.shape {
            Shape::One(one) => one.base(),
            Shape::Split(split) => split.base(),
        }
    }

    /// `host:port` of the internal listener, or of one of them.
    pub fn internal(&self) -> String {
        match &self.shape {
            Shape::One(one) => one.internal(),
            Shape::Split(split) => split.internal_of(Service::Invitations, 0).to_string(),
        }
    }

    /// The id of the one process.
    #[track_caller]
    pub fn process(&self) -> u32 {
        self.one().process()
    }

    /// The data folder of one process.
    #[track_caller]
    pub fn data_dir(&self) -> PathBuf {
        self.one().data_dir()
    }

    /// The folder of one process that holds the data folder.
    #[track_caller]
    pub fn folder(&self) -> &Path {
        self.one().folder()
    }

    /// Changes a setting for the starts to come; `None` takes it away.
    pub fn set_env(&self, name: &str, value: Option<&str>) {
        match &self.shape {
            Shape::One(one) => one.set_env(name, value),
            Shape::Split(split) => split.set_env(name, value),
        }
    }

    /// Starts it, on the same data and ports as before, and waits until it is ready.
    #[track_caller]
    pub fn start(&self) {
        if let Err(trouble) = self.try_start() {
            panic!("latchkey does not start: {trouble}");
        }
    }

    /// Starts it; `Err` tells what it printed when it ended before it was ready.
    pub fn try_start(&self) -> Result<(), String> {
        match &self.shape {
            Shape::One(one) => one.try_start(),
            Shape::Split(split) => split.try_start(),
        }
    }

    /// Cuts the ways of all services to their databases, or heals them.
    pub fn cut_databases(&self, cut: Option<Cut>) {
        match &self.shape {
            Shape::One(one) => one.cut_database(cut),
            Shape::Split(split) => {
                for service in Service::ALL {
                    split.set(Link::Database(service), cut);
                }
            }
        }
    }

    /// Kills it as a power cut would, and waits until it is gone. Split: every service, not what
    /// is around them.
    pub fn kill(&self) {
        match &self.shape {
            Shape::One(one) => one.kill(),
            Shape::Split(split) => {
                for part in split.services() {
                    split.kill_part(part);
                }
            }
        }
    }

    /// Asks it to stop (`SIGTERM`), and waits until it has. Split: every service at once; how the
    /// first of them ended that did not succeed.
    #[track_caller]
    pub fn terminate(&self, within: Duration) -> ExitStatus {
        match &self.shape {
            Shape::One(one) => one.terminate(within),
            Shape::Split(split) => split.terminate(within),
        }
    }

    /// Kills it and starts it again.
    #[track_caller]
    pub fn restart(&self) {
        self.kill();
        self.start();
    }

    /// True when it does not run (any more). Split: when some service does not.
    pub fn has_ended(&self) -> bool {
        match &self.shape {
            Shape::One(one) => one.has_ended(),
            Shape::Split(split) => {
                let mut services = split.services().into_iter();
                services.any(|part| split.part_has_ended(part))
            }
        }
    }

    /// What the present start printed, on both outputs.
    pub fn log(&self) -> String {
        match &self.shape {
            Shape::One(one) => one.log(),
            Shape::Split(split) => {
                let parts = split.services().into_iter().chain([Part::Gateway]);
                let logs = parts.map(|part| format!("== {part:?}\n{}", split.log_of(part)));
                logs.collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// The lines of all logs with these words, since the present start.
    pub fn lines_with(&self, words: &str) -> Vec<String> {
        match &self.shape {
            Shape::One(one) => one.lines_with(words),
            Shape::Split(split) => {
                let parts = split.services().into_iter();
                parts
                    .flat_map(|part| split.lines_with(part, words))
                    .collect()
            }
        }
    }

    /// What the present start printed on standard output.
    pub fn stdout(&self) -> String {
        match &self.shape {
            Shape::One(one) => one.stdout(),
            Shape::Split(split) => split.stdout(),
        }
    }

    /// The one-time link that the present start printed. Of several replicas each prints one, and the
    /// last one made is good: see [`Stack::link_token`].
    pub fn link(&self) -> Option<String> {
        let begun = Instant::now();
        loop {
            let link = self.printed_link();
            // A service of its own asks another one first whether there is a super user.
            let may_come = matches!(self.shape, Shape::Split(_)) && begun.elapsed() < PRINTED;
            if link.is_some() || !may_come {
                return link;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn printed_link(&self) -> Option<String> {
        let printed = self.stdout();
        let mut lines = printed.lines().rev();
        let line = lines.find(|line| line.contains("/register?t="))?;
        line.split_whitespace()
            .find(|word| word.contains("/register?t="))
            .map(str::to_owned)
    }

    /// The token in that link; where several replicas have printed, in one that the operator makes.
    #[track_caller]
    pub fn link_token(&self) -> String {
        let link = match &self.shape {
            Shape::Split(split) if split.replicas() > 1 => {
                let create = ["invite", "create", "--super-user"];
                Some(self.admin(&create, "").last_line())
            }
            Shape::One(_) | Shape::Split(_) => self.link(),
        };
        let link = link.unwrap_or_else(|| panic!("no link was printed:\n{}", self.log()));
        token_of(&link).expect("a token in the link")
    }

    /// Runs `latchkey` with `args` and the same settings, beside the server or without it.
    pub fn command(&self, args: &[&str], stdin: &str) -> Output {
        run(self.prepared(args), stdin)
    }

    fn prepared(&self, args: &[&str]) -> Command {
        match &self.shape {
            Shape::One(one) => one.prepared(args),
            Shape::Split(split) => split.operator_command(args),
        }
    }

    /// Runs `latchkey` with `args` while nobody reads its standard output; how it ended, and what
    /// it said on standard error.
    pub fn unheard(&self, args: &[&str]) -> (ExitStatus, String) {
        let mut child = self
            .prepared(args)
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

    /// Runs the program of `service` with `args` and its settings: `latchkey` in one process.
    pub fn command_at(&self, service: Service, args: &[&str]) -> Output {
        let command = match &self.shape {
            Shape::One(one) => one.prepared(args),
            Shape::Split(split) => split.service_command(service, args),
        };
        run(command, "")
    }

    /// Runs `latchkey admin` with `args`.
    pub fn admin(&self, args: &[&str], stdin: &str) -> Output {
        self.command(&[&["admin"], args].concat(), stdin)
    }
}

fn run(mut command: Command, stdin: &str) -> Output {
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

/// The token in a link to the registration page.
pub fn token_of(link: &str) -> Option<String> {
    let (_, query) = link.split_once("/register?t=")?;
    let token = query.split(['&', '#', ' ']).next()?;
    Some(token.replace("%3D", "=").replace("%3d", "="))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
