//! A NATS server of one test: started on a free port, killed, halted and started again there.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::environment::{skip, variable};
use crate::running::Running;

const USER: &str = "latchkey";
const PASSWORD: &str = "p@ss:word/";
/// The same in a URL.
const IN_URL: &str = "latchkey:p%40ss%3Aword%2F";

/// How long a start may take.
const START: Duration = Duration::from_secs(20);

/// The server, with a user and a password. It does not outlive the test.
pub struct Nats {
    program: PathBuf,
    port: u16,
    monitor: u16,
    starts: usize,
    running: Option<Running>,
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

impl Nats {
    /// A server that is not started. `None` where there is no program for it: the test is skipped,
    /// or fails where `nats-server` is required.
    pub fn prepare(test: &str) -> Option<Self> {
        let Some(program) = find() else {
            skip(test, "nats-server", "it is not installed");
            return None;
        };
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
        let [port, monitor] =
            listeners.map(|listener| listener.local_addr().expect("an address").port());
        Some(Self {
            program,
            port,
            monitor,
            starts: 0,
            running: None,
            folder: tempfile::tempdir().expect("a temporary folder"),
        })
    }

    /// A server that runs; `None` as [`Nats::prepare`] says.
    pub fn start(test: &str) -> Option<Self> {
        let mut nats = Self::prepare(test)?;
        nats.run();
        Some(nats)
    }

    /// Starts it, on the same port as before, and waits until it answers.
    pub fn run(&mut self) {
        self.starts += 1;
        let mut command = Command::new(&self.program);
        command
            .args(["-a", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-m", &self.monitor.to_string()])
            .args(["--user", USER, "--pass", PASSWORD]);
        let mut child = Running::spawn(&mut command, self.folder.path(), &self.starts.to_string());
        let begun = Instant::now();
        while self.greet().is_err() {
            assert!(child.ended().is_none(), "nats-server ends: {}", child.log());
            assert!(begun.elapsed() < START, "nats-server does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        self.running = Some(child);
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// Halts it: connections stay, nothing goes through.
    pub fn halt(&self) {
        self.signal("STOP");
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        self.running.as_ref().expect("it runs").signal(name);
    }

    /// The URL for a client, with the password in it.
    pub fn url(&self) -> String {
        format!("nats://{IN_URL}@127.0.0.1:{}", self.port)
    }

    /// What must be in no log.
    pub const fn password() -> &'static str {
        PASSWORD
    }

    /// Says something to everybody who listens to `subject`.
    pub fn say(&self, subject: &str, payload: &str) {
        let mut stream = self.greet().expect("nats-server answers");
        let auth = serde_json::json!({"user": USER, "pass": PASSWORD, "verbose": false});
        let length = payload.len();
        write!(
            stream,
            "CONNECT {auth}\r\nPUB {subject} {length}\r\n{payload}\r\nPING\r\n"
        )
        .expect("it takes a message");
        let mut answer = String::new();
        let mut reader = BufReader::new(stream);
        reader.read_line(&mut answer).expect("an answer");
        assert_eq!(answer, "PONG\r\n");
    }

    /// The clients of ours that listen to something.
    pub fn listeners(&self) -> Vec<Client> {
        let told: Value = self.monitored("/connz").unwrap_or_default();
        let clients = told["connections"].as_array().cloned().unwrap_or_default();
        let number = |client: &Value, member: &str| client[member].as_u64().unwrap_or_default();
        clients
            .iter()
            .filter(|client| client["name"] == "latchkey" && number(client, "subscriptions") > 0)
            .map(|client| Client {
                id: number(client, "cid"),
                told: number(client, "in_msgs"),
                heard: number(client, "out_msgs"),
            })
            .collect()
    }

    /// A connection that was greeted.
    fn greet(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port))?;
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
        let mut stream = TcpStream::connect(("127.0.0.1", self.monitor)).ok()?;
        stream.set_read_timeout(Some(START)).ok()?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: monitor\r\nConnection: close\r\n\r\n"
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }
}

/// The program: Debian puts it where only root looks.
fn find() -> Option<PathBuf> {
    let path = variable("PATH").unwrap_or_default();
    path.split(':')
        .chain(["/usr/sbin", "/usr/local/sbin"])
        .map(|folder| Path::new(folder).join("nats-server"))
        .find(|program| program.is_file())
}
