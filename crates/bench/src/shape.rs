//! The server under test: how a shape of it is started, where it is entered, and which processes
//! count. A new shape is one more arm here.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use latchkey_stack::postgres::Server;
use latchkey_stack::split::{Plan, Postgres, missing_program};
use latchkey_stack::{OneProcess, Service, Split, Stack, complete, run};

use crate::Result;
use crate::accounting::{cpu_of, cpu_of_family, memory_of};

/// How long services may take to stop.
const STOP: Duration = Duration::from_secs(30);

/// Something whose CPU time can be read.
pub(crate) trait Meter {
    /// CPU time so far.
    fn cpu(&self) -> Result<Cpu>;
}

/// CPU time of a server.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    /// Services, and gateway and bus where there are any.
    pub(crate) service: Duration,
    /// The database server; on `SQLite` there is none.
    pub(crate) database: Duration,
}

impl Cpu {
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            service: self.service.saturating_sub(before.service),
            database: self.database.saturating_sub(before.database),
        }
    }
}

/// A way to run Latchkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shape {
    /// One process, `SQLite` files in its data folder.
    Sqlite,
    /// One process, one `PostgreSQL` database.
    Postgres,
    /// Four services behind the gateway, with a `PostgreSQL` database each, and NATS.
    Split,
}

impl Shape {
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Split];

    /// For folders and databases.
    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// For headings.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "one process on SQLite",
            Self::Postgres => "one process on PostgreSQL",
            Self::Split => "four services behind the gateway on PostgreSQL",
        }
    }

    /// What is not installed of all that it needs.
    pub(crate) fn lacks(self, has_postgres: bool) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => (!has_postgres).then_some("postgres"),
            Self::Split => missing_program().map(|(what, _)| what),
        }
    }
}

/// CPU time of a whole database server so far.
pub(crate) fn cpu_of_server(server: &Server) -> Result<Duration> {
    cpu_of_family(server.id().ok_or("the database server does not run")?)
}

/// A shape with its data, running or not.
pub(crate) struct House {
    shape: Shape,
    folder: PathBuf,
    stack: Stack,
    postgres: Option<Arc<Server>>,
}

impl House {
    /// Makes place for it below `folder`, and its databases; starts nothing.
    pub(crate) fn new(shape: Shape, folder: &Path, postgres: Option<&Arc<Server>>) -> Result<Self> {
        let folder = folder.join(shape.name());
        fs::create_dir_all(&folder)?;
        let server = || postgres.map(Arc::clone).ok_or("no PostgreSQL server");
        // All of the load comes from one address.
        let env = [
            ("LATCHKEY_RATE_LIMITS", "off"),
            ("LATCHKEY_SERVER__CONNECTIONS_PER_ADDRESS", "0"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let env = env.to_vec();
        let (stack, postgres) = match shape {
            Shape::Sqlite => {
                let one = OneProcess::new(&folder, None, env)?;
                (Stack::One(Box::new(one)), None)
            }
            Shape::Postgres => {
                let server = server()?;
                server.execute(&["CREATE DATABASE bench".to_owned()])?;
                let one = OneProcess::new(&folder, Some(server.url("bench")), env)?;
                (Stack::One(Box::new(one)), Some(server))
            }
            Shape::Split => {
                let server = server()?;
                // One replica of each service, as the compose file has it: on a machine of two cores
                // more of them would measure the scheduler.
                let plan = Plan {
                    replicas: 1,
                    has_edges: false,
                    postgres: Postgres::Shared(Arc::clone(&server)),
                };
                let split = Split::new(&folder, plan, env)?;
                (Stack::Split(Box::new(split)), Some(server))
            }
        };
        stack.migrate()?;
        Ok(Self {
            shape,
            folder,
            stack,
            postgres,
        })
    }

    pub(crate) const fn shape(&self) -> Shape {
        self.shape
    }

    pub(crate) fn postgres(&self) -> Option<&Server> {
        self.postgres.as_deref()
    }

    /// Lets the database server do its housekeeping now, so that what one load has left is not counted
    /// to the next.
    pub(crate) fn tidy(&self) -> Result<()> {
        if let Some(server) = &self.postgres {
            let args = ["--all", "--analyze", "--quiet"];
            run(server.tool("vacuumdb").args(args))?;
        }
        Ok(())
    }

    /// The URL of a service's database, where it is on a server.
    pub(crate) fn database_url(&self, service: Service) -> Option<String> {
        self.stack.database_url(service)
    }

    /// Writes into the database of a service.
    pub(crate) fn write(&self, service: Service, sql: &str) -> Result<()> {
        let analyze = self.postgres.as_ref().map_or("", |_| "ANALYZE");
        let all = format!("BEGIN; {sql} COMMIT; {analyze}");
        Ok(self.stack.sql(service, &all)?)
    }

    /// The data folder of one process.
    pub(crate) fn data_dir(&self) -> Result<PathBuf> {
        Ok(self.stack.one()?.data_dir())
    }

    /// Where scratch files may lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts it and waits until it is ready. `settings` count for this start alone.
    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> Result<Running<'_>> {
        for (name, value) in settings {
            self.stack.set_env(name, Some(value));
        }
        // Brings the program up to date, which is no part of the start.
        drop(self.stack.command(&[])?);
        let began = Instant::now();
        self.stack.start()?;
        let ready_after = began.elapsed();
        for (name, _) in settings {
            self.stack.set_env(name, None);
        }
        Ok(Running {
            house: self,
            ready_after,
        })
    }

    /// Runs `latchkey` with these arguments and gives the last line of what it prints.
    pub(crate) fn answer(&self, args: &[&str]) -> Result<String> {
        let printed = complete(self.stack.command(args)?.stdin(Stdio::null()))?;
        let printed = String::from_utf8(printed.stdout)?;
        Ok(printed.lines().last().unwrap_or_default().to_owned())
    }
}

/// A started house.
pub(crate) struct Running<'a> {
    house: &'a House,
    ready_after: Duration,
}

impl Running<'_> {
    pub(crate) const fn house(&self) -> &House {
        self.house
    }

    /// Where requests go.
    pub(crate) fn entrance(&self) -> SocketAddr {
        self.house.stack.public()
    }

    /// From the start until it was ready; split, until the gateway had a way to every service.
    pub(crate) const fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Memory of all processes in bytes; a database server's is its own affair.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.house
            .stack
            .processes()
            .into_iter()
            .map(memory_of)
            .sum()
    }

    /// Asks the services to stop, and waits until they have: what they wrote is on the disk then.
    pub(crate) fn stop(self) -> Result<()> {
        let ended = self.house.stack.terminate(STOP)?;
        if ended.success() {
            return Ok(());
        }
        Err(format!("a service ended with {ended}").into())
    }
}

impl Meter for Running<'_> {
    fn cpu(&self) -> Result<Cpu> {
        let mut service = Duration::ZERO;
        for id in self.house.stack.processes() {
            service += cpu_of(id, false)?;
        }
        let database = self.house.postgres().map(cpu_of_server).transpose()?;
        let database = database.unwrap_or_default();
        Ok(Cpu { service, database })
    }
}
