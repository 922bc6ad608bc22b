//! Latchkey split, without containers: replicas of the services as processes on loopback, behind the
//! gateway's own configuration, on a `PostgreSQL` server with a database and a role a service, and
//! NATS. Every process can be killed, frozen and started again, and every edge between them can be
//! cut ([`Link`], [`Cut`]).

mod keys;
mod link;
mod part;
mod places;
mod settings;

use std::collections::HashMap;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tempfile::TempDir;

pub use self::link::Link;
pub use self::part::Part;
pub use crate::relay::Cut;

use self::keys::Keys;
use self::link::Links;
use crate::env::{Env, Settings};
use crate::postgres::Server;
use crate::running::Running;
use crate::{Home, Result, Service, binary, gateway, programs, questions, run};

/// What has to be installed.
const PROGRAMS: [(&str, &str); 3] = [
    ("haproxy", "haproxy"),
    ("nats-server", "nats-server"),
    ("postgres", "initdb"),
];

/// How long the gateway may take to see that a service is back.
const WAYS: Duration = Duration::from_secs(30);

/// How a stack is to be.
pub struct Plan {
    /// Replicas of each service, 1 to 3.
    pub replicas: u16,
    /// Whether edges can be cut.
    pub has_edges: bool,
    /// The database server.
    pub postgres: Postgres,
}

/// The `PostgreSQL` server of a stack.
pub enum Postgres {
    /// One that others use too.
    Shared(Arc<Server>),
    /// One to itself, which may be killed.
    Own(Box<Server>),
}

impl Postgres {
    fn own(&self) -> Result<&Server> {
        match self {
            Self::Own(server) => Ok(server),
            Self::Shared(_) => Err("the database server is not this stack's own".into()),
        }
    }
}

impl std::ops::Deref for Postgres {
    type Target = Server;

    fn deref(&self) -> &Server {
        match self {
            Self::Shared(server) => server,
            Self::Own(server) => server,
        }
    }
}

/// A stack of processes. Everything goes when it is dropped.
pub struct Split {
    replicas: u16,
    keys: Keys,
    links: Links,
    env: Env,
    running: Mutex<HashMap<Part, Running>>,
    // The order matters: the processes go before the databases.
    databases: String,
    server: Postgres,
    home: Home,
    folder: TempDir,
}

/// What is not installed of all that it needs: its name, and the program that was looked for.
pub fn missing_program() -> Option<(&'static str, &'static str)> {
    let mut programs = PROGRAMS.into_iter();
    programs.find(|(_, name)| programs::find(name).is_none())
}

impl Split {
    /// Makes databases, roles and a folder below `place`, and starts nothing.
    pub fn new(place: &Path, plan: Plan, env: Settings) -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mut split = Self {
            replicas: plan.replicas,
            keys: Keys::generate()?,
            links: Links::default(),
            env: Env::new(env),
            running: Mutex::default(),
            databases: format!("stack{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            server: plan.postgres,
            home: Home::claim()?,
            folder: tempfile::tempdir_in(place)?,
        };
        for service in Service::ALL {
            let name = split.database(service);
            split.server.execute(&[
                format!("CREATE ROLE {name} LOGIN PASSWORD '{name}'"),
                format!("CREATE DATABASE {name} OWNER {name}"),
                format!("REVOKE ALL ON DATABASE {name} FROM PUBLIC"),
            ])?;
        }
        if plan.has_edges {
            split.links = Links::carry(&split.home, split.targets())?;
        }
        Ok(split)
    }

    pub(crate) fn migrate(&self) -> Result<()> {
        let mut services = Service::ALL.into_iter();
        services.try_for_each(|service| run(&mut self.program(service, 0, &["migrate"])?))
    }

    /// How many replicas each service has.
    pub fn replicas(&self) -> u16 {
        self.replicas
    }

    /// Every replica of every service.
    pub fn services(&self) -> Vec<Part> {
        let replicas = Service::ALL.into_iter();
        replicas
            .flat_map(|service| (0..self.replicas).map(move |nth| Part::Service(service, nth)))
            .collect()
    }

    /// Starts whatever does not run, and waits until all of it is ready.
    pub(crate) fn start(&self) -> Result<()> {
        let mut started = Vec::new();
        if self.part_has_ended(Part::Nats) {
            self.start_part(Part::Nats)?;
        }
        for part in self.services() {
            if self.part_has_ended(part) {
                self.spawn_part(part)?;
                started.push(part);
            }
        }
        for part in started {
            self.await_part(part)?;
        }
        if self.part_has_ended(Part::Gateway) {
            self.start_part(Part::Gateway)?;
        }
        self.await_ways()
    }

    /// Waits until the gateway has noticed by itself that there are services to send requests to.
    fn await_ways(&self) -> Result<()> {
        let begun = Instant::now();
        for path in gateway::paths()? {
            let path = path.as_str();
            while questions::get(self.public(), path).is_none_or(|(status, _)| status == 503) {
                if begun.elapsed() > WAYS {
                    return Err(format!("the gateway has no way to {path} after {WAYS:?}").into());
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    /// Cuts an edge.
    pub fn cut(&self, link: Link, cut: Cut) -> Result<()> {
        self.set(link, Some(cut))
    }

    /// Heals an edge.
    pub fn heal(&self, link: Link) -> Result<()> {
        self.set(link, None)
    }

    /// Cuts or heals an edge.
    pub fn set(&self, link: Link, cut: Option<Cut>) -> Result<()> {
        self.links.set(link, cut)
    }

    pub(crate) fn kill(&self) {
        let mut running = self.running.lock();
        for part in self.services() {
            if let Some(running) = running.get_mut(&part) {
                running.kill();
            }
        }
    }

    /// Asks all services to stop at once, and waits until all have. How the first of them ended that
    /// did not succeed.
    pub(crate) fn terminate(&self, within: Duration) -> Result<ExitStatus> {
        let services = self.services();
        for part in &services {
            self.ask_to_stop(*part)?;
        }
        let ends = services.iter().map(|part| self.await_end(*part, within));
        let ends = ends.collect::<Result<Vec<_>>>()?;
        let failed = ends.iter().find(|status| !status.success());
        Ok(*failed.or(ends.first()).ok_or("there are no services")?)
    }

    pub(crate) fn has_ended(&self) -> bool {
        let mut services = self.services().into_iter();
        services.any(|part| self.part_has_ended(part))
    }

    /// The ids of all processes but the database server's.
    pub(crate) fn processes(&self) -> Vec<u32> {
        self.running.lock().values().map(Running::id).collect()
    }

    pub(crate) fn all_lines_with(&self, words: &str) -> Vec<String> {
        let parts = self.services().into_iter();
        parts
            .flat_map(|part| self.lines_with(part, words))
            .collect()
    }

    pub(crate) fn log(&self) -> String {
        let parts = self.services().into_iter().chain([Part::Gateway]);
        let logs = parts.map(|part| format!("== {part:?}\n{}", self.log_of(part)));
        logs.collect::<Vec<_>>().join("\n")
    }

    /// What all services printed on standard output, in the order of their starts.
    pub(crate) fn stdout(&self) -> String {
        let running = self.running.lock();
        let services = self.services();
        let printed = services.iter().filter_map(|part| running.get(part));
        printed.map(Running::stdout).collect()
    }

    pub(crate) fn set_env(&self, name: &str, value: Option<&str>) {
        self.env.set(name, value);
    }

    /// `latchkey` with `args`, as it is run where the operator's key lies.
    pub(crate) fn command(&self, args: &[&str]) -> Result<Command> {
        let mut command = binary::latchkey()?;
        command
            .args(args)
            .current_dir(self.folder.path())
            .envs(self.operator_settings());
        Ok(command)
    }

    /// The program of `service` with `args`, as it is run in its container.
    pub(crate) fn command_of(&self, service: Service, args: &[&str]) -> Result<Command> {
        self.program(service, 0, args)
    }
}

impl Drop for Split {
    fn drop(&mut self) {
        self.running.lock().clear();
        if let Postgres::Own(_) = self.server {
            return;
        }
        for service in Service::ALL {
            let name = self.database(service);
            // What cannot be dropped goes with the server.
            drop(self.server.execute(&[
                format!("DROP DATABASE {name} WITH (FORCE)"),
                format!("DROP ROLE {name}"),
            ]));
        }
    }
}
