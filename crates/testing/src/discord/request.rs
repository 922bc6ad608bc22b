//! Reading one request.

use std::io::Read as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::Asked;

/// The whole request; `None` when the connection ends before.
pub(super) fn read(stream: &mut TcpStream) -> Option<Asked> {
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    let mut bytes = Vec::new();
    loop {
        if let Some(asked) = parse(&bytes) {
            return Some(asked);
        }
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend(piece.iter().take(count));
    }
}

/// `None` while it is not complete.
fn parse(bytes: &[u8]) -> Option<Asked> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?, first.next()?);
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(Some(0), |(_, value)| value.parse().ok())?;
    (body.len() >= length).then(|| Asked {
        method: method.to_owned(),
        path: path.strip_prefix("/api/v10").unwrap_or(path).to_owned(),
        body: serde_json::from_str(body).unwrap_or_default(),
        headers,
        at: Instant::now(),
    })
}
