//! `deploy/gateway` as it is, in front of whatever it is told.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::env::Settings;
use crate::questions::listens;
use crate::running::Running;
use crate::{Home, Result, Service, programs};

/// How long it may take to listen.
const START: Duration = Duration::from_secs(10);
/// Where it listens, on an address of its own.
pub(crate) const PORT: u16 = 8080;

/// Where the configuration lies.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/gateway")
}

/// A path of each service: what it answers does not matter, as long as it does.
pub(crate) fn paths() -> Result<Vec<String>> {
    let table = fs::read_to_string(folder().join("routes.map"))?;
    let path_of = |service: Service| {
        let mut entries = table.lines().filter_map(|line| line.split_once("$ "));
        let entry = entries.find(|(_, of)| *of == service.name());
        let (path, _) = entry.ok_or_else(|| format!("{} has no path", service.name()))?;
        Ok(path.to_owned())
    };
    Service::ALL.into_iter().map(path_of).collect()
}

/// The command that runs the gateway with these settings and no others, listening at `address`.
pub(crate) fn command(address: SocketAddr, settings: Settings) -> Result<Command> {
    let mut command = programs::command("haproxy")?;
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GATEWAY_") {
            command.env_remove(name);
        }
    }
    command
        .args(["-db", "-f"])
        .arg(folder().join("haproxy.cfg"))
        .env("GATEWAY_LISTEN", address.to_string())
        .envs(settings);
    Ok(command)
}

/// A gateway alone.
pub struct Gateway {
    running: Running,
    home: Home,
    _folder: TempDir,
}

impl Gateway {
    /// Starts one with these settings (`deploy/gateway/README.md` has them).
    pub fn start(settings: &[(&str, &str)]) -> Result<Self> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let home = Home::claim()?;
        let folder = tempfile::tempdir()?;
        let mut command = command(home.at(PORT), settings.iter().map(owned).collect())?;
        let mut running = Running::spawn(&mut command, folder.path(), "gateway")?;
        running.await_ready(START, || listens(home.at(PORT)))?;
        Ok(Self {
            running,
            home,
            _folder: folder,
        })
    }

    /// `host:port` of the plain port.
    pub fn authority(&self) -> String {
        self.home.at(PORT).to_string()
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
