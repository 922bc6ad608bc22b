//! The server under test: how a shape of it is started, where it is entered, and which processes
//! count. A new shape is one more arm here.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::Result;
use crate::accounting::{cpu_of, memory_of};
use crate::cluster::{Cluster, free_port};

/// Something whose CPU time can be read.
pub(crate) trait Meter {
    /// CPU time so far.
    fn cpu(&self) -> Result<Cpu>;
}

/// CPU time of a server.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cpu {
    /// Services, and the gateway where there is one.
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
}

impl Shape {
    /// For headings.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "one process on SQLite",
            Self::Postgres => "one process on PostgreSQL",
        }
    }
}

/// A shape with its data, running or not.
pub(crate) struct House {
    shape: Shape,
    folder: PathBuf,
    cluster: Option<Rc<Cluster>>,
    settings: Vec<(String, String)>,
    public: u16,
    internal: u16,
}

impl House {
    /// Makes place for it below `folder`, and its databases; starts nothing. `name` is the folder's
    /// and the database's.
    pub(crate) fn new(
        shape: Shape,
        name: &str,
        folder: &Path,
        cluster: Option<&Rc<Cluster>>,
    ) -> Result<Self> {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        let (public, internal) = (free_port()?, free_port()?);
        let mut settings = vec![
            ("LATCHKEY_RATE_LIMITS".to_owned(), "off".to_owned()),
            (
                "LATCHKEY_DATA_DIR".to_owned(),
                folder.join("data").display().to_string(),
            ),
            ("LATCHKEY_LISTEN".to_owned(), format!("127.0.0.1:{public}")),
            (
                "LATCHKEY_INTERNAL_LISTEN".to_owned(),
                format!("127.0.0.1:{internal}"),
            ),
        ];
        let cluster = match shape {
            Shape::Sqlite => None,
            Shape::Postgres => cluster.map(Rc::clone),
        };
        if let Some(cluster) = &cluster {
            let url = cluster.database(&format!("bench_{name}"))?;
            for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
                settings.push((format!("LATCHKEY_{service}__DATABASE_URL"), url.clone()));
            }
        }
        let house = Self {
            shape,
            folder,
            cluster,
            settings,
            public,
            internal,
        };
        if house.cluster.is_some() {
            house.answer(&["migrate"], "")?;
        }
        Ok(house)
    }

    pub(crate) const fn shape(&self) -> Shape {
        self.shape
    }

    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_deref()
    }

    /// The setting of this name.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        let mut found = self.settings.iter().filter(|(known, _)| known == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// The name of its database on the cluster.
    pub(crate) fn database(&self) -> Result<String> {
        let url = self.setting("LATCHKEY_USERS__DATABASE_URL");
        let name = url.and_then(|url| url.rsplit('/').next());
        Ok(name.ok_or("no database")?.to_owned())
    }

    /// Where the data lies.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Starts it and waits until it is ready. `settings` count for this start alone.
    pub(crate) fn start(&self, settings: &[(&str, &str)]) -> Result<Running<'_>> {
        let log = File::create(self.folder.join("log"))?;
        let began = Instant::now();
        let child = self
            .command(&["serve"])
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        let mut running = Running {
            house: self,
            services: vec![child],
            entrance: SocketAddr::from(([127, 0, 0, 1], self.public)),
            first_answer: Duration::ZERO,
        };
        running.first_answer = running.wait(began)?;
        Ok(running)
    }

    /// Runs `latchkey` with these arguments and gives the last line of what it prints.
    pub(crate) fn answer(&self, args: &[&str], stdin: &str) -> Result<String> {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(stdin.as_bytes())?;
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(format!("latchkey {}: {said}", args.join(" ")).into());
        }
        let printed = String::from_utf8(output.stdout)?;
        Ok(printed.lines().last().unwrap_or_default().to_owned())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            // An unknown setting is refused, and what is set around us is not meant for it.
            if name.to_string_lossy().starts_with("LATCHKEY_") {
                command.env_remove(name);
            }
        }
        command
            .args(args)
            .current_dir(&self.folder)
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The product beside this program in the target folder; `main` has brought it up to date.
pub(crate) fn binary() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.with_file_name("latchkey")
}

/// Brings the product up to date: nobody shall measure yesterday's.
pub(crate) fn build() -> Result<()> {
    let own = std::env::current_exe()?;
    let profile = own.parent().ok_or("no folder of this program")?;
    let target = profile.parent().ok_or("no target folder")?;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args([
            "build",
            "--quiet",
            "--package",
            "latchkey",
            "--bin",
            "latchkey",
            "--target-dir",
        ])
        .arg(target)
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        command.arg("--release");
    }
    crate::cluster::run(&mut command)
}

/// A started house. Everything is killed when it is dropped.
pub(crate) struct Running<'a> {
    house: &'a House,
    services: Vec<Child>,
    entrance: SocketAddr,
    /// From the start to the first answer on the public listener.
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

    pub(crate) const fn first_answer(&self) -> Duration {
        self.first_answer
    }

    /// Memory of the services in bytes; a database server's is its own affair.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.services
            .iter()
            .map(|child| memory_of(child.id()))
            .sum()
    }

    /// Waits for the first answer, then until it is ready. Answers how long the first answer took.
    fn wait(&mut self, began: Instant) -> Result<Duration> {
        let internal = SocketAddr::from(([127, 0, 0, 1], self.house.internal));
        let mut first = None;
        loop {
            if first.is_none() && get(self.entrance, "/api/status").is_some() {
                first = Some(began.elapsed());
            }
            if let Some(first) = first
                && get(internal, "/healthz/ready") == Some(200)
            {
                return Ok(first);
            }
            for child in &mut self.services {
                if child.try_wait()?.is_some() {
                    let log = fs::read_to_string(self.house.folder.join("log"))?;
                    return Err(format!("it ended at once:\n{log}").into());
                }
            }
            if began.elapsed() > Duration::from_mins(1) {
                return Err("it does not get ready".into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Asks it to stop, and waits until it has: what it wrote is on the disk then.
    pub(crate) fn stop(mut self) -> Result<()> {
        for child in &mut self.services {
            crate::cluster::run(Command::new("kill").arg(child.id().to_string()))?;
            child.wait()?;
        }
        Ok(())
    }
}

impl Meter for Running<'_> {
    fn cpu(&self) -> Result<Cpu> {
        let mut service = Duration::ZERO;
        for child in &self.services {
            service += cpu_of(child.id(), false)?;
        }
        let database = match &self.house.cluster {
            Some(cluster) => cluster.cpu()?,
            None => Duration::ZERO,
        };
        Ok(Cpu { service, database })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        for child in &mut self.services {
            // An error says that it is gone already.
            drop(child.kill());
            drop(child.wait());
        }
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
