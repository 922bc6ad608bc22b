//! A NATS server: started on an address of its own, killed, halted and started again there.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::running::Running;
use crate::{Home, Result, programs, questions};

const USER: &str = "latchkey";
const PASSWORD: &str = "p@ss:word/";
/// The same in a URL.
const IN_URL: &str = "latchkey:p%40ss%3Aword%2F";

/// Where it takes clients.
pub(crate) const PORT: u16 = 4222;
/// Where it tells of them.
const MONITOR: u16 = 8222;

/// How long a start may take.
const START: Duration = Duration::from_secs(20);

/// The server, with a user and a password.
pub struct Nats {
    running: Option<Running>,
    home: Home,
    folder: TempDir,
}

/// One client, as the server counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Which one; a client that comes back is another one.
    pub id: u64,
    /// Messages that it sent.
    pub told: u64,
    /// Messages that it was sent.
    pub heard: u64,
}

/// The command that runs a server for everybody.
pub(crate) fn command(address: SocketAddr) -> Result<Command> {
    let mut command = programs::command("nats-server")?;
    command
        .args(["-a", &address.ip().to_string()])
        .args(["-p", &address.port().to_string()]);
    Ok(command)
}

impl Nats {
    /// A server that is not started.
    pub fn prepare() -> Result<Self> {
        Ok(Self {
            running: None,
            home: Home::claim()?,
            folder: tempfile::tempdir()?,
        })
    }

    /// Starts it, on the same port as before, and waits until it answers.
    pub fn run(&mut self) -> Result<()> {
        let mut command = command(self.home.at(PORT))?;
        command
            .args(["-m", &MONITOR.to_string()])
            .args(["--user", USER, "--pass", PASSWORD]);
        let mut running = Running::spawn(&mut command, self.folder.path(), "nats")?;
        running.await_ready(START, || self.greet().is_ok())?;
        self.running = Some(running);
        Ok(())
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Halts it: connections stay, nothing goes through.
    pub fn halt(&self) -> Result<()> {
        self.signal("STOP")
    }

    /// Lets it go on.
    pub fn go_on(&self) -> Result<()> {
        self.signal("CONT")
    }

    fn signal(&self, name: &str) -> Result<()> {
        let running = self.running.as_ref();
        running.ok_or("nats-server does not run")?.signal(name)
    }

    /// The URL for a client, with the password in it.
    pub fn url(&self) -> String {
        format!("nats://{IN_URL}@{}", self.home.at(PORT))
    }

    /// What must be in no log.
    pub const fn password() -> &'static str {
        PASSWORD
    }

    /// Says something to everybody who listens to `subject`.
    pub fn say(&self, subject: &str, payload: &str) -> Result<()> {
        let mut stream = self.greet()?;
        let auth = serde_json::json!({"user": USER, "pass": PASSWORD, "verbose": false});
        let length = payload.len();
        write!(
            stream,
            "CONNECT {auth}\r\nPUB {subject} {length}\r\n{payload}\r\nPING\r\n"
        )?;
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer)?;
        match answer.as_str() {
            "PONG\r\n" => Ok(()),
            other => Err(format!("nats-server said {other}").into()),
        }
    }

    /// The clients of ours that listen to something.
    pub fn listeners(&self) -> Vec<Client> {
        let told = self.monitored("/connz").unwrap_or_default();
        let clients = told.get("connections").and_then(Value::as_array);
        let number = |client: &Value, member: &str| {
            let number = client.get(member).and_then(Value::as_u64);
            number.unwrap_or_default()
        };
        let is_ours = |client: &&Value| {
            let name = client.get("name").and_then(Value::as_str);
            name == Some("latchkey") && number(client, "subscriptions") > 0
        };
        let ours = clients.into_iter().flatten().filter(is_ours);
        ours.map(|client| Client {
            id: number(client, "cid"),
            told: number(client, "in_msgs"),
            heard: number(client, "out_msgs"),
        })
        .collect()
    }

    /// A connection that was greeted.
    fn greet(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(self.home.at(PORT))?;
        stream.set_read_timeout(Some(START))?;
        let mut byte = [0];
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            (&stream).read_exact(&mut byte)?;
            line.extend(byte);
        }
        Ok(stream)
    }

    fn monitored(&self, path: &str) -> Option<Value> {
        let (_, body) = questions::get(self.home.at(MONITOR), path)?;
        serde_json::from_str(&body).ok()
    }
}
