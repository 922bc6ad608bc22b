//! The product as its users have it: real binaries as child processes, with data of their own, in one
//! process or split. Whatever does not work fails the test.

mod builder;
mod rows;
mod spoilt;

use std::fs::File;
use std::io::Write as _;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use latchkey_stack::relay::{Cut, Relay};
use latchkey_stack::split::Link;
use latchkey_stack::{OneProcess, Service, Split};

pub use self::builder::Builder;
use crate::Backend;
use crate::postgres::Database;

/// How long the link for the first account may take to be printed after the start.
const PRINTED: Duration = Duration::from_secs(3);

/// One Latchkey with its data. Everything goes when it is dropped.
pub struct Stack {
    // The order matters: the process goes before its database.
    started: latchkey_stack::Stack,
    /// On the way to its database, where that can be cut.
    relay: Option<Relay>,
    database: Option<Database>,
}

/// What works always, or is a test's own to judge.
impl Deref for Stack {
    type Target = latchkey_stack::Stack;

    fn deref(&self) -> &latchkey_stack::Stack {
        &self.started
    }
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
        self.started.split().expect("a split stack")
    }

    #[track_caller]
    fn one(&self) -> &OneProcess {
        self.started.one().expect("one process: `one_process!`")
    }

    /// `host:port` of the internal listener, or of one of them.
    pub fn internal(&self) -> String {
        self.started.internal().to_string()
    }

    /// The id of the one process.
    #[track_caller]
    pub fn process(&self) -> u32 {
        *self.processes().first().expect("started")
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

    /// Starts it, on the same data and ports as before, and waits until it is ready.
    #[track_caller]
    pub fn start(&self) {
        self.started.start().expect("latchkey starts");
    }

    /// Starts it; `Err` tells what it printed when it ended before it was ready.
    pub fn try_start(&self) -> Result<(), String> {
        self.started.start().map_err(|trouble| trouble.to_string())
    }

    /// Cuts the ways of all services to their databases, or heals them.
    #[track_caller]
    pub fn cut_databases(&self, cut: Option<Cut>) {
        let Ok(split) = self.started.split() else {
            let relay = self.relay.as_ref();
            return relay
                .expect("`Builder::with_edges`, on PostgreSQL")
                .set(cut);
        };
        for service in Service::ALL {
            let set = split.set(Link::Database(service), cut);
            set.expect("`Builder::with_edges`");
        }
    }

    /// Asks it to stop (`SIGTERM`), and waits until it has. Split: every service at once; how the
    /// first of them ended that did not succeed.
    #[track_caller]
    pub fn terminate(&self, within: Duration) -> ExitStatus {
        self.started.terminate(within).expect("latchkey stops")
    }

    /// Kills it and starts it again.
    #[track_caller]
    pub fn restart(&self) {
        self.kill();
        self.start();
    }

    /// The one-time link that the present start printed. Of several replicas each prints one, and the
    /// last one made is good: see [`Stack::link_token`].
    pub fn link(&self) -> Option<String> {
        let begun = Instant::now();
        loop {
            let link = self.printed_link();
            // A service of its own asks another one first whether there is a super user.
            let may_come = self.started.split().is_ok() && begun.elapsed() < PRINTED;
            if link.is_some() || !may_come {
                return link;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn printed_link(&self) -> Option<String> {
        let printed = self.stdout();
        let mut lines = printed.lines().rev();
        let line = lines.find(|line| line.contains("?t="))?;
        line.split_whitespace()
            .find(|word| word.contains("?t="))
            .map(str::to_owned)
    }

    /// The token in that link; where several replicas have printed, in one that the operator makes.
    #[track_caller]
    pub fn link_token(&self) -> String {
        let link = match self.started.split() {
            Ok(split) if split.replicas() > 1 => {
                let create = ["invite", "create", "--super-user"];
                Some(self.admin(&create, "").last_line())
            }
            _ => self.link(),
        };
        let link = link.unwrap_or_else(|| panic!("no link was printed:\n{}", self.log()));
        token_of(&link).expect("a token in the link")
    }

    /// Runs `latchkey` with `args` and the same settings, beside the server or without it.
    #[track_caller]
    pub fn command(&self, args: &[&str], stdin: &str) -> Output {
        run(self.prepared(args), stdin)
    }

    #[track_caller]
    fn prepared(&self, args: &[&str]) -> Command {
        self.started.command(args).expect("the program")
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

    /// Starts `latchkey` with `args` while all that it says goes to a disk that is full.
    #[track_caller]
    pub fn onto_full_disk(&self, args: &[&str]) -> Child {
        let full = || {
            File::options()
                .write(true)
                .open("/dev/full")
                .expect("Linux")
        };
        let mut command = self.prepared(args);
        let command = command.stdin(Stdio::null()).stdout(full()).stderr(full());
        command.spawn().expect("latchkey runs")
    }

    /// Runs `latchkey` with `args` while its answer goes to a disk that is full; how it ended, and what it said on
    /// standard error.
    #[track_caller]
    pub fn answer_onto_full_disk(&self, args: &[&str]) -> (ExitStatus, String) {
        let full = File::options()
            .write(true)
            .open("/dev/full")
            .expect("Linux");
        let mut command = self.prepared(args);
        let output = command.stdin(Stdio::null()).stdout(full).output();
        let output = output.expect("latchkey ends");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status, said)
    }

    /// Runs the program of `service` with `args` and its settings: `latchkey` in one process.
    #[track_caller]
    pub fn command_at(&self, service: Service, args: &[&str]) -> Output {
        run(self.command_of(service, args).expect("the program"), "")
    }

    /// Runs `latchkey admin` with `args`.
    #[track_caller]
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
    let (_, query) = link.split_once("?t=")?;
    let token = query.split(['&', '#', ' ']).next()?;
    Some(token.replace("%3D", "=").replace("%3d", "="))
}
