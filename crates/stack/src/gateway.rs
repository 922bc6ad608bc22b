//! `deploy/gateway` as it is, in front of whatever a test names.

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::running::Running;
use crate::{loopback, programs};

/// How long it may take to listen.
const START: Duration = Duration::from_secs(10);
/// Where it listens, on an address of its own.
pub const PORT: u16 = 8080;

/// Where the configuration lies.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/gateway")
}

/// `host:port` that nobody else uses, for a further listener.
pub fn free_address() -> String {
    format!("{}:8443", loopback::unique())
}

/// The command that runs the gateway with these settings and no others, listening at `address`.
pub fn command(address: Ipv4Addr, settings: &[(String, String)]) -> Command {
    let program = programs::find("haproxy").expect("haproxy is installed");
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GATEWAY_") {
            command.env_remove(name);
        }
    }
    command
        .args(["-db", "-f"])
        .arg(folder().join("haproxy.cfg"))
        .env("GATEWAY_LISTEN", format!("{address}:{PORT}"))
        .envs(settings.iter().cloned());
    command
}

/// Waits until something listens at `address`.
pub fn await_listener(address: Ipv4Addr, port: u16, running: &mut Running) {
    let begun = Instant::now();
    while TcpStream::connect((address, port)).is_err() {
        let is_over = running.ended().is_some() || begun.elapsed() > START;
        assert!(!is_over, "nothing listens: {}", running.log());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A gateway alone.
pub struct Gateway {
    running: Running,
    address: Ipv4Addr,
    _folder: TempDir,
}

impl Gateway {
    /// Starts one with these settings (`deploy/gateway/README.md` has them).
    pub fn start(settings: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let settings: Vec<(String, String)> = settings.iter().map(owned).collect();
        let address = loopback::unique();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = command(address, &settings);
        let mut running = Running::spawn(&mut command, folder.path(), "gateway");
        await_listener(address, PORT, &mut running);
        Self {
            running,
            address,
            _folder: folder,
        }
    }

    /// `host:port` of the plain port.
    pub fn authority(&self) -> String {
        format!("{}:{PORT}", self.address)
    }

    /// `http://host:port`.
    pub fn base(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// What it has said.
    pub fn log(&self) -> String {
        self.running.log()
    }
}
