//! One Latchkey with its data, in either shape: what may be asked of both.

use std::net::SocketAddr;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;

use crate::{OneProcess, Result, Service, Split, Trouble};

/// One Latchkey with its data. Everything goes when it is dropped, but a database that it was given.
pub enum Stack {
    /// In one process.
    One(Box<OneProcess>),
    /// Services as processes of their own.
    Split(Box<Split>),
}

/// What both shapes are asked in the same words.
macro_rules! either {
    ($stack:expr, $it:ident => $answer:expr) => {
        match $stack {
            Self::One($it) => $answer,
            Self::Split($it) => $answer,
        }
    };
}

impl Stack {
    /// The processes of the split shape.
    pub fn split(&self) -> Result<&Split> {
        match self {
            Self::Split(split) => Ok(split),
            Self::One(_) => Err("this stack is one process".into()),
        }
    }

    /// The one process.
    pub fn one(&self) -> Result<&OneProcess> {
        match self {
            Self::One(one) => Ok(one),
            Self::Split(_) => Err("this stack is split".into()),
        }
    }

    /// Where everybody comes.
    pub fn public(&self) -> SocketAddr {
        either!(self, it => it.public())
    }

    /// `http://host:port` for everybody.
    pub fn base(&self) -> String {
        format!("http://{}", self.public())
    }

    /// The internal listener, or one of them.
    pub fn internal(&self) -> SocketAddr {
        match self {
            Self::One(one) => one.internal(),
            Self::Split(split) => split.internal_of(Service::Invitations, 0),
        }
    }

    /// The URL of the database of `service`, where it is on a server.
    pub fn database_url(&self, service: Service) -> Option<String> {
        match self {
            Self::One(one) => one.database_url(service),
            Self::Split(split) => Some(split.database_url(service)),
        }
    }

    /// Runs statements on the database of `service`, behind its back.
    pub fn sql(&self, service: Service, statements: &str) -> Result<()> {
        let tried = format!("the database of {}", service.name());
        let done = if let Some(url) = self.database_url(service) {
            let conn = PgConnection::establish(&url);
            conn.map(|mut conn| conn.batch_execute(statements))
        } else {
            let file = self.one()?.data_dir();
            let file = file.join(format!("{}.db", service.name()));
            let conn = SqliteConnection::establish(&file.display().to_string());
            conn.map(|mut conn| conn.batch_execute(statements))
        };
        let done = done.map_err(Trouble::in_trying(&tried))?;
        done.map_err(Trouble::in_trying(&tried))
    }

    /// Changes a setting for the starts to come; `None` takes it away.
    pub fn set_env(&self, name: &str, value: Option<&str>) {
        either!(self, it => it.set_env(name, value));
    }

    /// Brings databases on a server to the present shape.
    pub fn migrate(&self) -> Result<()> {
        either!(self, it => it.migrate())
    }

    /// Starts it, on the same data and ports as before, and waits until it is ready; split, until
    /// the gateway has a way to every service. The trouble is what it printed.
    pub fn start(&self) -> Result<()> {
        either!(self, it => it.start())
    }

    /// Kills it as a power cut would, and waits until it is gone. Split: every service, not what
    /// is around them.
    pub fn kill(&self) {
        either!(self, it => it.kill());
    }

    /// Asks it to stop (`SIGTERM`), and waits until it has. Split: every service at once; how the
    /// first of them ended that did not succeed.
    pub fn terminate(&self, within: Duration) -> Result<ExitStatus> {
        either!(self, it => it.terminate(within))
    }

    /// True when it does not run (any more). Split: when some service does not.
    pub fn has_ended(&self) -> bool {
        either!(self, it => it.has_ended())
    }

    /// What the present start printed, on both outputs.
    pub fn log(&self) -> String {
        either!(self, it => it.log())
    }

    /// The lines of all logs with these words, since the present start.
    pub fn lines_with(&self, words: &str) -> Vec<String> {
        either!(self, it => it.all_lines_with(words))
    }

    /// What the present start printed on standard output.
    pub fn stdout(&self) -> String {
        either!(self, it => it.stdout())
    }

    /// The ids of its processes, a database server's left out.
    pub fn processes(&self) -> Vec<u32> {
        either!(self, it => it.processes())
    }

    /// `latchkey` with `args` and the same settings, beside the server or without it.
    pub fn command(&self, args: &[&str]) -> Result<Command> {
        either!(self, it => it.command(args))
    }

    /// The program of `service` with `args` and its settings: `latchkey` in one process.
    pub fn command_of(&self, service: Service, args: &[&str]) -> Result<Command> {
        either!(self, it => it.command_of(service, args))
    }
}
