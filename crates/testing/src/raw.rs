//! Requests byte by byte, for what no well-behaved client sends: broken framing, odd cookies, a
//! connection that is reset in the middle.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Beyond this the server hangs.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer, split but not judged.
#[derive(Debug)]
pub struct RawAnswer {
    /// The status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// The rest, chunk marks included.
    pub body: String,
}

impl RawAnswer {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }
}

/// Opens a connection to `authority` (`host:port`).
pub fn connect(authority: &str) -> TcpStream {
    let stream = TcpStream::connect(authority).expect("the server takes connections");
    stream.set_read_timeout(Some(PATIENCE)).expect("a deadline");
    stream.set_nodelay(true).expect("no delay");
    stream
}

/// Sends `bytes` and reads until the server closes. The request must say `Connection: close`, or
/// be so broken that the server closes by itself.
pub fn exchange(authority: &str, bytes: &[u8]) -> RawAnswer {
    let mut stream = connect(authority);
    // A server that refuses early may close before all is written; its answer counts.
    drop(stream.write_all(bytes));
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        assert!(
            error.kind() == ErrorKind::ConnectionReset && !answer.is_empty(),
            "no answer: {error}"
        );
    }
    parse(&String::from_utf8_lossy(&answer))
}

/// Sends `bytes` and resets the connection at once, without reading.
pub fn send_and_reset(authority: &str, bytes: &[u8]) {
    let mut stream = connect(authority);
    stream.write_all(bytes).expect("written");
    reset(stream);
}

/// Resets a connection: the other side sees an error, not an end.
pub fn reset(stream: TcpStream) {
    stream.set_nonblocking(true).expect("non-blocking");
    let stream = tokio::net::TcpStream::from_std(stream).expect("a runtime");
    stream.set_zero_linger().expect("no linger");
}

fn parse(text: &str) -> RawAnswer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("no status line in {text:?}"));
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    RawAnswer {
        status,
        headers,
        body: body.to_owned(),
    }
}
