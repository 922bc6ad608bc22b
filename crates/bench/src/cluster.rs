//! A `PostgreSQL` server of our own, durable as a real one is, gone afterwards.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::accounting::cpu_of_family;

/// A running server.
pub(crate) struct Cluster {
    server: Child,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes one below `folder` and starts it. `None` where no `PostgreSQL` server is installed.
    pub(crate) fn start(folder: &Path, settings: &[String]) -> Result<Option<Self>> {
        let Some(programs) = programs() else {
            return Ok(None);
        };
        let home = folder.join("postgres");
        fs::create_dir_all(&home)?;
        let is_root = fs::metadata("/proc/self").is_ok_and(|me| {
            use std::os::unix::fs::MetadataExt as _;
            me.uid() == 0
        });
        if is_root {
            run(Command::new("chown").arg("postgres").arg(&home))?;
        }
        // It refuses to run as root.
        let as_somebody = |program: &str| {
            let program = programs.join(program);
            let mut command = if is_root {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                    .arg(program);
                command
            } else {
                Command::new(program)
            };
            command.current_dir("/");
            command
        };
        let data = home.join("data");
        run(as_somebody("initdb")
            .arg("-D")
            .arg(&data)
            .args(["-U", "latchkey", "-A", "trust", "-E", "UTF8", "--locale=C"])
            .stdout(Stdio::null()))?;
        let port = free_port()?;
        let mut server = as_somebody("postgres");
        server
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&home)
            .args(["-p", &port.to_string()])
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "max_connections=400",
            ])
            .args(settings.iter().flat_map(|setting| ["-c", setting.as_str()]))
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.join("postgres.log"))?);
        let cluster = Self {
            server: server.spawn()?,
            programs,
            port,
        };
        let begun = Instant::now();
        while run(&mut cluster.tool("pg_isready")).is_err() {
            if begun.elapsed() > Duration::from_secs(30) {
                return Err("PostgreSQL does not start".into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Some(cluster))
    }

    /// A program that comes with the server, told where the server is.
    pub(crate) fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .args([
                "-h",
                "127.0.0.1",
                "-U",
                "latchkey",
                "-p",
                &self.port.to_string(),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Makes a database; answers its URL.
    pub(crate) fn database(&self, name: &str) -> Result<String> {
        run(self.tool("createdb").arg(name))?;
        Ok(format!(
            "postgres://latchkey@127.0.0.1:{}/{name}",
            self.port
        ))
    }

    /// Where it listens.
    pub(crate) fn at(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Lets the server do its housekeeping now, so that what one load has left is not counted to the next.
    pub(crate) fn tidy(&self) -> Result<()> {
        run(self
            .tool("vacuumdb")
            .args(["--all", "--analyze", "--quiet"]))
    }

    /// CPU time of the whole server so far.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        cpu_of_family(self.server.id())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // A fast stop, so that shared memory is given back.
        drop(run(
            Command::new("kill").args(["-INT", &self.server.id().to_string()])
        ));
        drop(self.server.wait());
    }
}

/// Where the programs of an installed server lie.
fn programs() -> Option<PathBuf> {
    // What lies in a common folder is a link to where the other programs are.
    let initdb = fs::canonicalize(latchkey_testing::programs::find("initdb")?).ok()?;
    initdb.parent().map(Path::to_path_buf)
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} ended with {status}").into())
    }
}
