//! The server under test: how a shape of it is started, where it is entered, and which processes
//! count. A new shape is one more arm here.

mod one_process;

use std::cell::RefCell;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::rc::Rc;
use std::time::{Duration, Instant};

use latchkey_testing::split::{Plan, Postgres, Service, Split};

use self::one_process::OneProcess;
use crate::Result;
use crate::accounting::{cpu_of, memory_of};
use crate::cluster::Cluster;

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
    pub(crate) fn lacks(self, has_cluster: bool) -> Option<&'static str> {
        match self {
            Self::Sqlite => None,
            Self::Postgres => (!has_cluster).then_some("postgres"),
            Self::Split => latchkey_testing::split::missing_program().map(|(what, _)| what),
        }
    }
}

/// A shape with its data, running or not.
pub(crate) struct House {
    shape: Shape,
    folder: PathBuf,
    // The order matters: what runs and its databases go before the database server.
    server: Server,
    cluster: Option<Rc<Cluster>>,
}

enum Server {
    One(RefCell<OneProcess>),
    Split(Box<Split>),
}

impl House {
    /// Makes place for it below `folder`, and its databases; starts nothing.
    pub(crate) fn new(shape: Shape, folder: &Path, cluster: Option<&Rc<Cluster>>) -> Result<Self> {
        let name = shape.name();
        let folder = folder.join(&name);
        fs::create_dir_all(folder.join("data"))?;
        let cluster = match shape {
            Shape::Sqlite => None,
            Shape::Postgres | Shape::Split => {
                Some(Rc::clone(cluster.ok_or("no PostgreSQL server")?))
            }
        };
        let server = match (shape, &cluster) {
            (Shape::Split, Some(cluster)) => Server::Split(Box::new(split(cluster))),
            (_, cluster) => {
                let one = OneProcess::new(&name, &folder, cluster.as_deref())?;
                Server::One(RefCell::new(one))
            }
        };
        Ok(Self {
            shape,
            folder,
            server,
            cluster,
        })
    }

    pub(crate) const fn shape(&self) -> Shape {
        self.shape
    }

    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_deref()
    }

    /// Lets the database do its housekeeping now: [`Cluster::tidy`].
    pub(crate) fn tidy(&self) -> Result<()> {
        self.cluster.as_ref().map_or(Ok(()), |it| it.tidy())
    }

    /// The URL of a service's database, where it is on a server.
    pub(crate) fn database_url(&self, service: Service) -> Option<String> {
        match &self.server {
            Server::One(one) => one.borrow().database_url(service.name()),
            Server::Split(split) => Some(split.database_url(service)),
        }
    }

    /// Where the data of one process lies, and scratch files may.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts it and waits until it is ready. `settings` count for this start alone.
    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> Result<Running<'_>> {
        let (entrance, first_answer) = match &self.server {
            Server::One(one) => {
                let mut one = one.borrow_mut();
                let first_answer = one.start(settings)?;
                (one.entrance(), first_answer)
            }
            Server::Split(split) => {
                for (name, value) in settings {
                    split.set_env(name, Some(value));
                }
                let began = Instant::now();
                split.try_start()?;
                let first_answer = began.elapsed();
                for (name, _) in settings {
                    split.set_env(name, None);
                }
                let base = split.base();
                let address = base.strip_prefix("http://").unwrap_or(&base);
                (address.parse()?, first_answer)
            }
        };
        Ok(Running {
            house: self,
            entrance,
            first_answer,
        })
    }

    /// Runs `latchkey` with these arguments and gives the last line of what it prints.
    pub(crate) fn answer(&self, args: &[&str]) -> Result<String> {
        let mut command = match &self.server {
            Server::One(one) => one.borrow().command(args),
            Server::Split(split) => split.operator_command(args),
        };
        let output = command.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("latchkey {}: {said}", args.join(" ")).into());
        }
        let printed = String::from_utf8(output.stdout)?;
        Ok(printed.lines().last().unwrap_or_default().to_owned())
    }

    fn processes(&self) -> Vec<u32> {
        match &self.server {
            Server::One(one) => one.borrow().processes(),
            Server::Split(split) => split.processes(),
        }
    }

    fn stop(&self) -> Result<()> {
        match &self.server {
            Server::One(one) => one.borrow_mut().stop(),
            Server::Split(split) => {
                let ended = split.terminate(Duration::from_secs(30));
                if ended.success() {
                    return Ok(());
                }
                Err(format!("a service ended with {ended}").into())
            }
        }
    }
}

/// One replica of each service, as the compose file has it: on a machine of two cores more of them
/// would measure the scheduler.
fn split(cluster: &Cluster) -> Split {
    let plan = Plan {
        replicas: 1,
        has_edges: false,
        postgres: Postgres::At(cluster.at()),
    };
    let split = Split::new(plan, Vec::new());
    split.migrate();
    split
}

/// A started house.
pub(crate) struct Running<'a> {
    house: &'a House,
    entrance: SocketAddr,
    first_answer: Duration,
}

impl Running<'_> {
    pub(crate) const fn house(&self) -> &House {
        self.house
    }

    /// Where requests go.
    pub(crate) const fn entrance(&self) -> SocketAddr {
        self.entrance
    }

    /// From the start to the first answer; split, until the gateway has a way to every service.
    pub(crate) const fn first_answer(&self) -> Duration {
        self.first_answer
    }

    /// Memory of all processes in bytes; a database server's is its own affair.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.house.processes().into_iter().map(memory_of).sum()
    }

    /// Asks the services to stop, and waits until they have: what they wrote is on the disk then.
    pub(crate) fn stop(self) -> Result<()> {
        self.house.stop()
    }
}

impl Meter for Running<'_> {
    fn cpu(&self) -> Result<Cpu> {
        let mut service = Duration::ZERO;
        for id in self.house.processes() {
            service += cpu_of(id, false)?;
        }
        let database = match &self.house.cluster {
            Some(cluster) => cluster.cpu()?,
            None => Duration::ZERO,
        };
        Ok(Cpu { service, database })
    }
}

/// The status of an answer, if there is one.
fn get(address: SocketAddr, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}
