//! The processes of a stack: started, killed, frozen, ended one by one.

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use super::{Service, Split, lock};
use crate::binary::companion;
use crate::ports::is_ready;
use crate::running::Running;
use crate::{gateway, programs};

/// How long a start may take until the part is ready. Generous: machines that test are busy.
const START: Duration = Duration::from_mins(1);
pub(super) const NATS_PORT: u16 = 4222;

/// One process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A replica of a service, counted from 0.
    Service(Service, usize),
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
    #[track_caller]
    pub fn start_part(&self, part: Part) {
        self.spawn_part(part);
        if let Err(trouble) = self.await_part(part) {
            panic!("{part:?} does not start: {trouble}");
        }
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub fn kill_part(&self, part: Part) {
        match part {
            Part::Postgres => self.cluster().kill(),
            Part::Service(..) | Part::Gateway | Part::Nats => {
                if let Some(running) = lock(&self.running).get_mut(&part) {
                    running.kill();
                }
            }
        }
    }

    /// Stops it in the middle of whatever it does (`SIGSTOP`); its connections stay open.
    pub fn freeze_part(&self, part: Part) {
        self.signal_part(part, "STOP");
    }

    /// Lets a frozen one go on.
    pub fn thaw_part(&self, part: Part) {
        self.signal_part(part, "CONT");
    }

    /// Asks it to stop (`SIGTERM`) and does not wait.
    pub fn ask_to_stop(&self, part: Part) {
        self.signal_part(part, "TERM");
    }

    /// Waits until it has stopped. How it ended.
    #[track_caller]
    pub fn await_end(&self, part: Part, within: Duration) -> ExitStatus {
        let begun = Instant::now();
        loop {
            let mut running = lock(&self.running);
            let child = running.get_mut(&part).expect("started");
            if let Some(status) = child.ended() {
                return status;
            }
            let log = child.log();
            drop(running);
            assert!(begun.elapsed() < within, "{part:?} does not stop:\n{log}");
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub(super) fn signal_part(&self, part: Part, name: &str) {
        match part {
            Part::Postgres => self.cluster().signal(name),
            Part::Service(..) | Part::Gateway | Part::Nats => {
                let running = lock(&self.running);
                running.get(&part).expect("started").signal(name);
            }
        }
    }

    /// True when it does not run (any more).
    pub fn part_has_ended(&self, part: Part) -> bool {
        let mut running = lock(&self.running);
        let child = running.get_mut(&part);
        child.is_none_or(|running| running.ended().is_some())
    }

    /// Every line of its present start's log.
    pub fn stderr_of(&self, part: Part) -> String {
        let running = lock(&self.running);
        running.get(&part).map(Running::stderr).unwrap_or_default()
    }

    /// What its present start printed.
    pub fn log_of(&self, part: Part) -> String {
        let running = lock(&self.running);
        running.get(&part).map(Running::log).unwrap_or_default()
    }

    /// The lines of its log with these words, since its present start.
    pub fn lines_with(&self, part: Part, words: &str) -> Vec<String> {
        let running = lock(&self.running);
        let found = running.get(&part).map(|it| it.lines_with(words));
        found.unwrap_or_default()
    }

    pub(super) fn spawn_part(&self, part: Part) {
        if part == Part::Postgres {
            self.cluster().start();
            return;
        }
        let mut command = self.command_of(part);
        let nth = {
            let mut starts = lock(&self.starts);
            *starts += 1;
            *starts
        };
        let label = format!("{}-{nth}", part.label());
        let child = Running::spawn(&mut command, self.folder.path(), &label);
        lock(&self.running).insert(part, child);
    }

    fn command_of(&self, part: Part) -> Command {
        match part {
            Part::Service(service, nth) => {
                let mut command = companion(&service.binary());
                command
                    .current_dir(self.folder.path())
                    .envs(self.settings_of(service, nth));
                command
            }
            Part::Gateway => gateway::command(self.address, &self.gateway_settings()),
            Part::Nats => {
                let program = programs::find("nats-server").expect("nats-server is installed");
                let mut command = Command::new(program);
                command
                    .args(["-a", &self.address.to_string()])
                    .args(["-p", &NATS_PORT.to_string()]);
                command
            }
            Part::Postgres => unreachable!("the cluster starts itself"),
        }
    }

    /// Waits until it is ready; `Err` tells what it printed when it ended before.
    pub(super) fn await_part(&self, part: Part) -> Result<(), String> {
        let begun = Instant::now();
        while !self.is_part_ready(part) {
            if self.part_has_ended(part) {
                return Err(self.log_of(part));
            }
            if begun.elapsed() > START {
                return Err(format!("not ready after {START:?}:\n{}", self.log_of(part)));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    fn is_part_ready(&self, part: Part) -> bool {
        let listens = |address: Ipv4Addr, port| TcpStream::connect((address, port)).is_ok();
        match part {
            Part::Service(service, nth) => is_ready(&self.internal_of(service, nth).to_string()),
            Part::Gateway => listens(self.address, gateway::PORT),
            Part::Nats => listens(self.address, NATS_PORT),
            // Its start waits by itself.
            Part::Postgres => true,
        }
    }
}
