//! Latchkey split, without containers: replicas of the four services as processes on loopback,
//! behind the gateway's own configuration, on a `PostgreSQL` server with a database and a role a
//! service, and NATS. Every process can be killed, frozen and started again, and every edge between
//! them can be cut ([`Link`], [`Cut`]).
//!
//! A stack has a loopback address to itself, so that its ports are fixed and nobody else's.

mod keys;
mod link;
mod part;
mod places;
pub(crate) mod service;
mod settings;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub use self::link::Link;
pub use self::part::Part;
pub use self::service::Service;
pub use crate::relay::Cut;

use self::keys::Keys;
use self::link::Links;
use self::part::NATS_PORT;
use crate::binary::companion;
use crate::postgres::{self as cluster, Cluster};
use crate::running::Running;
use crate::{gateway, loopback, ports, programs};

/// What has to be installed.
const PROGRAMS: [(&str, &str); 3] = [
    ("haproxy", "haproxy"),
    ("nats-server", "nats-server"),
    ("postgres", "initdb"),
];

/// Something that each service serves to anybody, or refuses.
const SERVED: [&str; 4] = [
    "/api/status",
    "/api/user/channels",
    "/openapi/choirs.json",
    "/openapi/discord.json",
];
/// How long the gateway may take to see that a service is back.
const WAYS: Duration = Duration::from_secs(30);

/// How a stack is to be.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Replicas of each service, 1 to 3.
    pub replicas: usize,
    /// Whether edges can be cut.
    pub has_edges: bool,
    /// The database server.
    pub postgres: Postgres,
}

/// The `PostgreSQL` server of a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Postgres {
    /// The one that all stacks of this process share. What dies with the machine is lost.
    Shared,
    /// One to itself, which may be killed.
    Own,
    /// One that runs there already, where the role `latchkey` may do everything without a password.
    At(SocketAddr),
}

/// A stack of processes. Everything goes when it is dropped, or when this process dies.
pub struct Split {
    replicas: usize,
    address: Ipv4Addr,
    keys: Keys,
    links: Links,
    /// What a test sets beside what a deployment has.
    extra: Mutex<Vec<(String, String)>>,
    running: Mutex<HashMap<Part, Running>>,
    starts: Mutex<usize>,
    // The order matters: the processes go before the databases.
    databases: String,
    own_cluster: Option<Cluster>,
    postgres: SocketAddr,
    folder: TempDir,
}

/// True when something that it needs is not installed: says that the test is skipped. A program's
/// name in `LATCHKEY_TEST_REQUIRE` makes that a failure.
pub fn is_missing(test: &str) -> bool {
    let absent = missing_program();
    if let Some((what, name)) = absent {
        crate::environment::skip(test, what, &format!("{name} is not installed"));
    }
    absent.is_some()
}

/// What is not installed of all that it needs: its name, and the program that was looked for.
pub fn missing_program() -> Option<(&'static str, &'static str)> {
    let mut programs = PROGRAMS.into_iter();
    programs.find(|(_, name)| programs::find(name).is_none())
}

impl Split {
    /// Makes databases and roles, and starts nothing but the database server.
    pub fn new(plan: Plan, extra: Vec<(String, String)>) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let own_cluster = (plan.postgres == Postgres::Own).then(Cluster::start_new);
        let postgres = match (plan.postgres, &own_cluster) {
            (Postgres::At(server), _) => server,
            (_, Some(own)) => own.at(),
            (_, None) => Cluster::shared().at(),
        };
        let mut split = Self {
            replicas: plan.replicas,
            address: loopback::unique(),
            keys: Keys::new(),
            links: Links::default(),
            extra: Mutex::new(extra),
            running: Mutex::default(),
            starts: Mutex::new(0),
            databases: format!("stack{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            own_cluster,
            postgres,
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        for service in Service::ALL {
            let name = split.database(service);
            let sql = format!(
                "CREATE ROLE {name} LOGIN PASSWORD '{name}'; CREATE DATABASE {name} OWNER {name}; \
                 REVOKE ALL ON DATABASE {name} FROM PUBLIC"
            );
            cluster::execute(postgres, &sql);
        }
        if plan.has_edges {
            split.carry_edges();
        }
        split
    }

    fn carry_edges(&mut self) {
        let mut targets = Vec::new();
        for link in Link::all() {
            match link {
                Link::Nats => targets.push((link, self.at(NATS_PORT))),
                Link::Database(_) => targets.push((link, self.postgres)),
                Link::Gateway(service) => {
                    for nth in 0..self.replicas {
                        targets.push((link, self.public(service, nth)));
                        targets.push((link, self.internal_of(service, nth)));
                    }
                }
                Link::Peer(_, asked) => {
                    let replicas = 0..self.replicas;
                    targets.extend(replicas.map(|nth| (link, self.internal_of(asked, nth))));
                }
            }
        }
        for (link, target) in targets {
            self.links.carry(self.address, link, target);
        }
    }

    /// Brings all four databases to the present shape.
    #[track_caller]
    pub fn migrate(&self) {
        for service in Service::ALL {
            let migrated = self.service_command(service, &["migrate"]).output();
            let migrated = migrated.expect("it runs");
            assert!(migrated.status.success(), "{service:?}: {migrated:?}");
        }
    }

    /// How many replicas each service has.
    pub fn replicas(&self) -> usize {
        self.replicas
    }

    /// Every replica of every service.
    pub fn services(&self) -> Vec<Part> {
        let replicas = Service::ALL.into_iter();
        replicas
            .flat_map(|service| (0..self.replicas).map(move |nth| Part::Service(service, nth)))
            .collect()
    }

    /// Starts whatever does not run, and waits until all of it is ready. `Err` tells what a process
    /// printed that ended before.
    pub fn try_start(&self) -> Result<(), String> {
        let mut started = Vec::new();
        if self.part_has_ended(Part::Nats) {
            self.start_part(Part::Nats);
        }
        for part in self.services() {
            if self.part_has_ended(part) {
                self.spawn_part(part);
                started.push(part);
            }
        }
        for part in started {
            self.await_part(part)?;
        }
        if self.part_has_ended(Part::Gateway) {
            self.start_part(Part::Gateway);
        }
        self.await_ways();
        Ok(())
    }

    /// Waits until the gateway has noticed by itself that there are services to send requests to.
    fn await_ways(&self) {
        let begun = Instant::now();
        let gateway = format!("{}:{}", self.address, gateway::PORT);
        for path in SERVED {
            while ports::get(&gateway, path).is_none_or(|(status, _)| status == 503) {
                let waited = begun.elapsed();
                assert!(
                    waited < WAYS,
                    "the gateway has no way to {path} after {waited:?}"
                );
                thread::sleep(Duration::from_millis(20));
            }
        }
    }

    /// Cuts an edge.
    pub fn cut(&self, link: Link, cut: Cut) {
        self.set(link, Some(cut));
    }

    /// Heals an edge.
    pub fn heal(&self, link: Link) {
        self.set(link, None);
    }

    pub fn set(&self, link: Link, cut: Option<Cut>) {
        self.links.set(link, cut);
    }

    /// Asks all services to stop at once, and waits until all have. How the first of them ended that
    /// did not succeed.
    #[track_caller]
    pub fn terminate(&self, within: Duration) -> ExitStatus {
        let services = self.services();
        for part in &services {
            self.signal_part(*part, "TERM");
        }
        let ends = services.iter().map(|part| self.await_end(*part, within));
        let ends: Vec<ExitStatus> = ends.collect();
        let failed = ends.iter().find(|status| !status.success());
        *failed.or(ends.first()).expect("there are services")
    }

    /// The ids of all processes but the database server's.
    pub fn processes(&self) -> Vec<u32> {
        lock(&self.running).values().map(Running::id).collect()
    }

    /// The id of a process that was started.
    #[track_caller]
    pub fn process(&self, part: Part) -> u32 {
        lock(&self.running).get(&part).expect("started").id()
    }

    /// What all services printed on standard output, in the order of their starts.
    pub fn stdout(&self) -> String {
        let running = lock(&self.running);
        let services = self.services();
        let printed = services.iter().filter_map(|part| running.get(part));
        printed.map(Running::stdout).collect()
    }

    /// Changes a setting for the starts to come; `None` takes it away.
    pub fn set_env(&self, name: &str, value: Option<&str>) {
        let mut extra = lock(&self.extra);
        extra.retain(|(known, _)| known != name);
        extra.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    /// `latchkey` with `args`, as it is run where the operator's key lies.
    pub fn operator_command(&self, args: &[&str]) -> Command {
        let mut command = companion("latchkey");
        command
            .args(args)
            .current_dir(self.folder.path())
            .envs(self.operator_settings());
        command
    }

    /// The program of `service` with `args`, as it is run in its container.
    pub fn service_command(&self, service: Service, args: &[&str]) -> Command {
        let mut command = companion(&service.binary());
        command
            .args(args)
            .current_dir(self.folder.path())
            .envs(self.settings_of(service, 0));
        command
    }

    /// The database server, where it may be killed.
    fn cluster(&self) -> &Cluster {
        let own = self.own_cluster.as_ref();
        own.expect("a database server to itself")
    }
}

impl Drop for Split {
    fn drop(&mut self) {
        lock(&self.running).clear();
        if self.own_cluster.is_some() {
            return;
        }
        for service in Service::ALL {
            let name = self.database(service);
            let sql = format!("DROP DATABASE {name} WITH (FORCE); DROP ROLE {name}");
            cluster::execute(self.postgres, &sql);
        }
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
