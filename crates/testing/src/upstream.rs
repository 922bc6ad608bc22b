//! A server that stands where a replica of a service would, and answers what it was asked: for tests
//! of what lies in front of it. Runs on threads.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};

/// How it treats requests for anything but its health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Tells what was asked.
    Answers,
    /// Reads and says nothing.
    Hangs,
    /// Closes without a word.
    Closes,
}

/// A replica that is none. Stops answering when it is dropped.
pub struct Upstream {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    name: String,
    is_ready: AtomicBool,
    is_over: AtomicBool,
    asked: AtomicUsize,
    mood: Mutex<Mood>,
}

impl Upstream {
    /// Starts one that calls itself `name`.
    pub fn start(name: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            is_ready: AtomicBool::new(true),
            is_over: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
            mood: Mutex::new(Mood::Answers),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if serving.is_over.load(Ordering::Relaxed) {
                    return;
                }
                let shared = Arc::clone(&serving);
                thread::spawn(move || drop(shared.serve(stream)));
            }
        });
        Self { shared, address }
    }

    /// `host:port`.
    pub fn authority(&self) -> String {
        self.address.to_string()
    }

    /// The port alone.
    pub fn port(&self) -> String {
        self.address.port().to_string()
    }

    /// What `/healthz/ready` says from now on.
    pub fn set_ready(&self, is_ready: bool) {
        self.shared.is_ready.store(is_ready, Ordering::Relaxed);
    }

    /// The header of its answers: nobody may take them for those of a service.
    pub const TOLD: &str = "x-told-by-upstream";

    /// How it treats requests from now on.
    pub fn set_mood(&self, mood: Mood) {
        *self.shared.mood.lock() = mood;
    }

    /// How many requests came, those for its health aside.
    pub fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Relaxed);
        // Wakes whoever waits for a connection.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut writer = stream.try_clone()?;
        let mut reader = BufReader::new(stream);
        while let Some(request) = read(&mut reader)? {
            let path = request["path"].as_str().unwrap_or_default();
            if path == "/healthz/ready" {
                let is_ready = self.is_ready.load(Ordering::Relaxed);
                let status = if is_ready { "200 OK" } else { "503 Unready" };
                let head = "content-length: 0\r\nconnection: close";
                return write!(writer, "HTTP/1.1 {status}\r\n{head}\r\n\r\n");
            }
            self.asked.fetch_add(1, Ordering::Relaxed);
            let mood = *self.mood.lock();
            match mood {
                Mood::Answers => {}
                Mood::Closes => return Ok(()),
                Mood::Hangs => {
                    // Until the other side gives up.
                    reader.read_to_end(&mut Vec::new())?;
                    return Ok(());
                }
            }
            if path == "/api/user/listener" {
                let head = "content-type: text/event-stream\r\nconnection: close";
                write!(writer, "HTTP/1.1 200 OK\r\n{head}\r\n\r\n: first\n\n")?;
                reader.read_to_end(&mut Vec::new())?;
                return Ok(());
            }
            let mut told = request;
            told["service"] = json!(self.name);
            let body = told.to_string();
            let head = format!(
                "content-type: application/json\r\ncontent-length: {}",
                body.len()
            );
            write!(writer, "HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}")?;
        }
        Ok(())
    }
}

/// A request: method, path, headers (names in lower case; of equal ones a list) and the body's
/// length. `None` at the end of the connection.
fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Value>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let method = words.next().unwrap_or_default().to_owned();
    let path = words.next().unwrap_or_default().to_owned();
    let mut headers = Map::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        if name == "content-length" {
            length = value.parse().unwrap_or(0);
        }
        let values = headers.entry(name).or_insert_with(|| json!([]));
        values.as_array_mut().expect("a list").push(json!(value));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let told = json!({"method": method, "path": path, "headers": headers, "body": length});
    Ok(Some(told))
}
