//! Clients that mean no good, in numbers, and what they cost the server: its memory and open files,
//! from the system's accounts. Loopback alone, bounded in count; a siege ends when it is dropped.

mod kept;

use std::collections::HashSet;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

pub use self::kept::Kept;

/// Files that this process needs beside the connections of a siege.
const OWN_FILES: u64 = 300;

/// What an attacker does not take waits with the server and not here.
const RECEIVE_BUFFER: u32 = 4 * 1024;

/// Between one attacker and the next.
const OPENING: Duration = Duration::from_micros(500);

/// Before an attacker tries again, at least.
const AGAIN: Duration = Duration::from_millis(500);

/// How often one who reads nothing looks whether the connection is there.
const LOOK: Duration = Duration::from_millis(500);

/// As many attackers as were asked for, or as the limit of open files allows, which is raised first.
pub fn attackers(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let raised = setrlimit(Resource::Nofile, raised).map(|()| limit.maximum);
    let files = raised.unwrap_or(limit.current).unwrap_or(u64::MAX);
    let most = usize::try_from(files.saturating_sub(OWN_FILES)).unwrap_or(usize::MAX);
    assert!(most > 300, "too few open files for a siege: {files}");
    wanted.min(most)
}

/// Where attackers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// All of them from this address.
    One(Ipv4Addr),
    /// Each from one of its own.
    Many,
}

impl From {
    fn nth(self, nth: usize) -> Ipv4Addr {
        match self {
            Self::One(address) => address,
            Self::Many => {
                let nth = u16::try_from(nth).expect("few enough");
                let [high, low] = (nth / 250 * 256 + nth % 250 + 1).to_be_bytes();
                Ipv4Addr::new(127, 99, high, low)
            }
        }
    }
}

/// What an attacker does with each of its connections.
#[derive(Debug, Clone)]
pub struct Script {
    /// Sent at once.
    pub begin: Vec<u8>,
    /// Read before anything else is sent: so many bytes at least.
    pub answer: usize,
    /// Sent after that.
    pub then: Vec<u8>,
    /// Sent again and again.
    pub drip: Option<(Vec<u8>, Duration)>,
    /// Whether it reads what comes.
    pub reads: bool,
}

impl Script {
    /// Sends this and no more, and reads what comes.
    pub fn just(begin: impl Into<Vec<u8>>) -> Self {
        Self {
            begin: begin.into(),
            answer: 0,
            then: Vec::new(),
            drip: None,
            reads: true,
        }
    }
}

/// Attackers at work. Each opens a new connection when its old one was closed.
pub struct Siege {
    tasks: JoinSet<()>,
    open: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

impl Siege {
    /// Begins with `count` attackers of `target`.
    pub fn of(target: SocketAddr, count: usize, from: From, script: &Script) -> Self {
        let mut siege = Self {
            tasks: JoinSet::new(),
            open: Arc::default(),
            closed: Arc::default(),
        };
        // Who is refused at once must not take the machine for trying again.
        let pause = AGAIN.max(OPENING * u32::try_from(count).expect("few enough"));
        for nth in 0..count {
            let script = script.clone();
            let (open, closed) = (Arc::clone(&siege.open), Arc::clone(&siege.closed));
            siege.tasks.spawn(async move {
                // One after the other: what a process does for a thousand in one moment is its client's
                // doing on the same machine as much as its own.
                sleep(OPENING * u32::try_from(nth).expect("few enough")).await;
                loop {
                    if let Ok(stream) = connect(from.nth(nth), target).await {
                        open.fetch_add(1, Ordering::Relaxed);
                        drop(play(stream, &script).await);
                        open.fetch_sub(1, Ordering::Relaxed);
                        closed.fetch_add(1, Ordering::Relaxed);
                    }
                    sleep(pause).await;
                }
            });
        }
        siege
    }

    /// Connections that attackers hold for open.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// Connections that the server has closed.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::Relaxed)
    }
}

/// A connection from a chosen address, which keeps little of what it is sent.
pub async fn connect(source: Ipv4Addr, target: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(RECEIVE_BUFFER)?;
    socket.bind(SocketAddr::from((source, 0)))?;
    let stream = timeout(Duration::from_secs(10), socket.connect(target)).await??;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn play(mut stream: TcpStream, script: &Script) -> io::Result<()> {
    stream.write_all(&script.begin).await?;
    let mut piece = [0; 1024];
    let mut seen = 0;
    while seen < script.answer {
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => seen += read,
        }
    }
    stream.write_all(&script.then).await?;
    let (mut reader, mut writer) = stream.split();
    let dripping = async {
        while let Some((drop, pause)) = &script.drip {
            sleep(*pause).await;
            writer.write_all(drop).await?;
        }
        std::future::pending::<io::Result<()>>().await
    };
    let reading = async {
        // Without reading, the end shows as an error of the socket; one that is closed properly
        // while data waits does not show at all, as for a client that has gone to sleep.
        if !script.reads {
            reader.readable().await?;
            loop {
                sleep(LOOK).await;
                if let Some(error) = reader.as_ref().take_error()? {
                    return Err(error);
                }
            }
        }
        while reader.read(&mut piece).await? > 0 {}
        Ok(())
    };
    tokio::select! {
        ended = dripping => ended,
        ended = reading => ended,
    }
}

/// How long a fresh client waits until a request is answered with this status.
pub async fn asked(source: Ipv4Addr, target: SocketAddr, request: &str, status: u16) -> Duration {
    let began = Instant::now();
    let answer = async {
        let mut stream = connect(source, target).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut seen = Vec::new();
        stream.read_to_end(&mut seen).await?;
        io::Result::Ok(String::from_utf8_lossy(&seen).into_owned())
    };
    let answer = timeout(Duration::from_secs(20), answer).await;
    let answer = answer.expect("an answer").expect("a connection");
    let expected = format!("HTTP/1.1 {status} ");
    assert!(answer.starts_with(&expected), "{request:?}: {answer:?}");
    began.elapsed()
}

/// What a process has of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Takings {
    /// Memory of its own that it has now, in KiB; what it has of its program's file is the system's.
    pub memory: usize,
    /// The most that it ever had, in KiB, without what it has of its program's file.
    pub peak: usize,
    /// Files that are open, sockets among them.
    pub files: usize,
    /// Sockets that are open to clients: those at a port on which the process listens. What it has to
    /// its own databases comes and goes with what it does.
    pub sockets: usize,
    /// How many files it may open.
    pub limit: usize,
}

impl Takings {
    /// Of the process with this id.
    pub fn of(process: u32) -> Self {
        let read = |name: &str| fs::read_to_string(format!("/proc/{process}/{name}")).expect(name);
        let number = |text: &str, line: &str, nth: usize| {
            let mut lines = text.lines().filter_map(|one| one.strip_prefix(line));
            let number = lines
                .next()
                .and_then(|rest| rest.split_whitespace().nth(nth));
            number.and_then(|number| number.parse().ok()).expect(line)
        };
        let (status, limits) = (read("status"), read("limits"));
        let files = fs::read_dir(format!("/proc/{process}/fd")).expect("open files");
        let targets = files.map(|file| fs::read_link(file.expect("a file").path()));
        let targets: Vec<_> = targets.filter_map(Result::ok).collect();
        Self {
            memory: number(&status, "RssAnon:", 0),
            peak: number(&status, "VmHWM:", 0).saturating_sub(number(&status, "RssFile:", 0)),
            files: targets.len(),
            sockets: to_clients(&targets, &read("net/tcp")),
            limit: number(&limits, "Max open files", 0),
        }
    }
}

/// What the system has of memory for connections, of all processes, in KiB.
pub fn system_memory() -> usize {
    let table = fs::read_to_string("/proc/net/sockstat").expect("a table");
    let line = table.lines().find(|line| line.starts_with("TCP:"));
    let pages = line.and_then(|line| line.rsplit_once(' ')?.1.parse::<usize>().ok());
    pages.expect("pages") * rustix::param::page_size() / 1024
}

/// How many of these open files are connections at a port on which one of them listens. `table` is the
/// system's of all TCP sockets.
fn to_clients(files: &[PathBuf], table: &str) -> usize {
    const LISTENING: &str = "0A";
    let files: HashSet<&PathBuf> = files.iter().collect();
    let own: Vec<(&str, &str)> = table
        .lines()
        .filter_map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let (local, state, inode) = (columns.get(1)?, columns.get(3)?, columns.get(9)?);
            let file = PathBuf::from(format!("socket:[{inode}]"));
            let port = local.rsplit(':').next()?;
            files.contains(&file).then_some((port, *state))
        })
        .collect();
    let is_listening = |one: &&(&str, &str)| one.1 == LISTENING;
    let doors: HashSet<&str> = own.iter().filter(is_listening).map(|one| one.0).collect();
    let connections = own.iter().filter(|one| one.1 != LISTENING);
    connections.filter(|one| doors.contains(one.0)).count()
}

/// Whether the process has a socket whose other end is this client.
pub fn has_socket_of(process: u32, client: &TcpStream) -> bool {
    let SocketAddr::V4(address) = client.local_addr().expect("an address") else {
        panic!("a client over IPv4");
    };
    // As the system writes it: the address in the machine's order of bytes.
    let host = u32::from_le_bytes(address.ip().octets());
    let peer = format!("{host:08X}:{:04X}", address.port());
    let table = fs::read_to_string(format!("/proc/{process}/net/tcp")).expect("sockets");
    let ends = table.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        (words.nth(2)? == peer).then(|| words.nth(6).unwrap_or_default().to_owned())
    });
    let names: Vec<String> = ends.map(|inode| format!("socket:[{inode}]")).collect();
    let files = fs::read_dir(format!("/proc/{process}/fd")).expect("open files");
    files.filter_map(Result::ok).any(|file| {
        let target = fs::read_link(file.path()).unwrap_or_default();
        names.iter().any(|name| target.as_os_str() == name.as_str())
    })
}
