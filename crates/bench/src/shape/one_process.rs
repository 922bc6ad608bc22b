//! One process of `latchkey`, with its data in a folder or in one database.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use latchkey_testing::binary::{binary, without_settings};

use super::get;
use crate::Result;
use crate::cluster::{Cluster, free_port, run};

/// How it is started, and whether it is.
pub(super) struct OneProcess {
    settings: Vec<(String, String)>,
    database_url: Option<String>,
    folder: std::path::PathBuf,
    public: SocketAddr,
    internal: SocketAddr,
    child: Option<Child>,
}

impl OneProcess {
    /// Makes its database, called `bench_NAME`, if there is a cluster, and migrates it.
    pub(super) fn new(name: &str, folder: &Path, cluster: Option<&Cluster>) -> Result<Self> {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let (public, internal) = (at(free_port()?), at(free_port()?));
        let data = folder.join("data").display().to_string();
        let mut settings = vec![
            ("LATCHKEY_RATE_LIMITS".to_owned(), "off".to_owned()),
            // All of the load comes from here.
            (
                "LATCHKEY_SERVER__CONNECTIONS_PER_ADDRESS".to_owned(),
                "0".to_owned(),
            ),
            ("LATCHKEY_DATA_DIR".to_owned(), data),
            ("LATCHKEY_LISTEN".to_owned(), public.to_string()),
            ("LATCHKEY_INTERNAL_LISTEN".to_owned(), internal.to_string()),
        ];
        let database_url = match cluster {
            Some(cluster) => Some(cluster.database(&format!("bench_{name}"))?),
            None => None,
        };
        if let Some(url) = &database_url {
            for service in ["USERS", "CHANNELS", "INVITATIONS", "DISCORD"] {
                settings.push((format!("LATCHKEY_{service}__DATABASE_URL"), url.clone()));
            }
        }
        let process = Self {
            settings,
            database_url,
            folder: folder.to_owned(),
            public,
            internal,
            child: None,
        };
        if process.database_url.is_some() {
            run(process.command(&["migrate"]).stdout(Stdio::null()))?;
        }
        Ok(process)
    }

    pub(super) const fn entrance(&self) -> SocketAddr {
        self.public
    }

    /// The database of a service, as the service alone sees it: several share one, each with a schema.
    pub(super) fn database_url(&self, service: &str) -> Option<String> {
        let url = self.database_url.as_ref()?;
        Some(format!("{url}?options=-csearch_path%3D{service}"))
    }

    /// `latchkey` with these arguments.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        without_settings(&mut command);
        command
            .args(args)
            .current_dir(&self.folder)
            .envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts it and waits until it is ready. How long the first answer took.
    pub(super) fn start(&mut self, settings: &[(&str, &str)]) -> Result<Duration> {
        let log = File::create(self.folder.join("log"))?;
        let began = Instant::now();
        let child = self
            .command(&["serve"])
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        self.child = Some(child);
        self.wait(began)
    }

    fn wait(&mut self, began: Instant) -> Result<Duration> {
        let mut first = None;
        loop {
            if first.is_none() && get(self.public, "/api/status").is_some() {
                first = Some(began.elapsed());
            }
            if let Some(first) = first
                && get(self.internal, "/healthz/ready") == Some(200)
            {
                return Ok(first);
            }
            if let Some(child) = &mut self.child
                && child.try_wait()?.is_some()
            {
                let log = fs::read_to_string(self.folder.join("log"))?;
                return Err(format!("it ended at once:\n{log}").into());
            }
            if began.elapsed() > Duration::from_mins(1) {
                return Err("it does not get ready".into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The id of the process, while it runs.
    pub(super) fn processes(&self) -> Vec<u32> {
        self.child.iter().map(Child::id).collect()
    }

    /// Asks it to stop, and waits until it has.
    pub(super) fn stop(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            run(Command::new("kill").arg(child.id().to_string()))?;
            child.wait()?;
        }
        Ok(())
    }
}

impl Drop for OneProcess {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // An error says that it is gone already.
            drop(child.kill());
            drop(child.wait());
        }
    }
}
