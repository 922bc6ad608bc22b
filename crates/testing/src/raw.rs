//! Requests byte by byte, for what no well-behaved client sends: broken framing, odd cookies, a
//! connection that is reset in the middle.

use std::io::{self, BufRead as _, BufReader, ErrorKind, Read, Write};
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

/// A connection that is kept from request to request, and opened again when the other side closes it:
/// for thousands of requests, each of which would use a port up.
pub struct Kept<C, S> {
    connect: C,
    stream: Option<BufReader<S>>,
}

impl<C: Fn() -> S, S: Read + Write> Kept<C, S> {
    /// Connects when the first request is made.
    pub fn new(connect: C) -> Self {
        Self {
            connect,
            stream: None,
        }
    }

    /// Sends a request and reads the answer, whose length must be told.
    pub fn ask(&mut self, request: &[u8]) -> RawAnswer {
        // A connection that was used before may have been closed meanwhile.
        for _ in 0..2 {
            let mut stream = self
                .stream
                .take()
                .unwrap_or_else(|| BufReader::new((self.connect)()));
            if let Ok(Some(answer)) = ask(&mut stream, request) {
                if answer.header("connection") != Some("close") {
                    self.stream = Some(stream);
                }
                return answer;
            }
        }
        panic!("no answer to {:?}", String::from_utf8_lossy(request));
    }
}

/// `None`: the other side closed without an answer.
fn ask<S: Read + Write>(
    stream: &mut BufReader<S>,
    request: &[u8],
) -> io::Result<Option<RawAnswer>> {
    stream.get_mut().write_all(request)?;
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head)? == 0 {
            return Ok(None);
        }
    }
    let mut answer = parse(&head);
    let length = answer.header("content-length");
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(answer))
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
