//! The processes of a stack: started, killed, frozen, ended one by one.

use std::process::{Command, ExitStatus};
use std::time::Duration;

use super::Split;
use crate::questions::{is_ready, listens};
use crate::running::Running;
use crate::{Result, Service, Trouble, binary, gateway, nats};

/// How long a start may take until the part is ready. Generous: machines that test are busy.
const START: Duration = Duration::from_mins(1);

/// One process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A replica of a service, counted from 0.
    Service(Service, u16),
    /// `HAProxy`.
    Gateway,
    /// The bus.
    Nats,
    /// The database server of all services.
    Postgres,
}

impl Part {
    fn label(self) -> String {
        match self {
            Self::Service(service, nth) => format!("{}-{}", service.name(), nth + 1),
            Self::Gateway => "gateway".to_owned(),
            Self::Nats => "nats".to_owned(),
            Self::Postgres => "postgres".to_owned(),
        }
    }
}

impl Split {
    /// Starts it and waits until it is ready.
    pub fn start_part(&self, part: Part) -> Result<()> {
        self.spawn_part(part)?;
        self.await_part(part)
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub fn kill_part(&self, part: Part) -> Result<()> {
        if part == Part::Postgres {
            self.server.own()?.kill();
        } else if let Some(running) = self.running.lock().get_mut(&part) {
            running.kill();
        }
        Ok(())
    }

    /// Stops it in the middle of whatever it does (`SIGSTOP`); its connections stay open.
    pub fn freeze_part(&self, part: Part) -> Result<()> {
        self.signal_part(part, "STOP")
    }

    /// Lets a frozen one go on.
    pub fn thaw_part(&self, part: Part) -> Result<()> {
        self.signal_part(part, "CONT")
    }

    /// Asks it to stop (`SIGTERM`) and does not wait.
    pub fn ask_to_stop(&self, part: Part) -> Result<()> {
        self.signal_part(part, "TERM")
    }

    /// Waits until it has stopped. How it ended.
    pub fn await_end(&self, part: Part, within: Duration) -> Result<ExitStatus> {
        self.with(part, |running| running.await_end(within))?
            .map_err(Trouble::in_trying(format_args!("{part:?}")))
    }

    fn signal_part(&self, part: Part, name: &str) -> Result<()> {
        if part == Part::Postgres {
            return self.server.own()?.signal(name);
        }
        self.with(part, |running| running.signal(name))?
    }

    /// True when it does not run (any more).
    pub fn part_has_ended(&self, part: Part) -> bool {
        self.with(part, |running| running.ended().is_some())
            .unwrap_or(true)
    }

    /// The id of a process that was started.
    pub fn process(&self, part: Part) -> Result<u32> {
        self.with(part, |running| running.id())
    }

    /// Every line of its present start's log.
    pub fn stderr_of(&self, part: Part) -> String {
        self.with(part, |running| running.stderr())
            .unwrap_or_default()
    }

    /// The lines of its log with these words, since its present start.
    pub fn lines_with(&self, part: Part, words: &str) -> Vec<String> {
        self.with(part, |running| running.lines_with(words))
            .unwrap_or_default()
    }

    /// What its present start printed.
    pub fn log_of(&self, part: Part) -> String {
        self.with(part, |running| running.log()).unwrap_or_default()
    }

    /// Starts it and does not wait.
    pub fn spawn_part(&self, part: Part) -> Result<()> {
        let mut command = match part {
            Part::Service(service, nth) => self.program(service, nth, &[])?,
            Part::Gateway => gateway::command(self.public(), self.gateway_settings())?,
            Part::Nats => nats::command(self.nats())?,
            Part::Postgres => return self.server.own()?.start(),
        };
        let running = Running::spawn(&mut command, self.folder.path(), &part.label())?;
        self.running.lock().insert(part, running);
        Ok(())
    }

    /// The program of a service with `args`, as it is run in its container.
    pub(super) fn program(&self, service: Service, nth: u16, args: &[&str]) -> Result<Command> {
        let mut command = binary::of(service)?;
        command
            .args(args)
            .current_dir(self.folder.path())
            .envs(self.settings_of(service, nth));
        Ok(command)
    }

    /// Waits until it is ready; the trouble is what it printed.
    pub(super) fn await_part(&self, part: Part) -> Result<()> {
        let is_part_ready = || match part {
            Part::Service(service, nth) => is_ready(self.internal_of(service, nth)),
            Part::Gateway => listens(self.public()),
            Part::Nats => listens(self.nats()),
            Part::Postgres => true,
        };
        if part == Part::Postgres {
            // Its start has waited by itself.
            return Ok(());
        }
        self.with(part, |running| running.await_ready(START, is_part_ready))?
            .map_err(Trouble::in_trying(format_args!("{part:?}")))
    }

    fn with<T>(&self, part: Part, ask: impl FnOnce(&mut Running) -> T) -> Result<T> {
        let mut running = self.running.lock();
        let running = running.get_mut(&part);
        let running = running.ok_or_else(|| format!("{part:?} was not started"))?;
        Ok(ask(running))
    }
}
