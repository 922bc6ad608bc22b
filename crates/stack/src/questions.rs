//! What is asked of a process from outside until it is ready.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// True when somebody listens there.
pub fn listens(address: SocketAddr) -> bool {
    TcpStream::connect(address).is_ok()
}

/// True when readiness is green.
pub fn is_ready(internal: SocketAddr) -> bool {
    readiness(internal).is_some_and(|(status, _)| status == 200)
}

/// Status and body of readiness, if somebody answers.
pub fn readiness(internal: SocketAddr) -> Option<(u16, String)> {
    get(internal, "/healthz/ready")
}

/// Status and body of what is at `path`, if somebody answers.
pub fn get(address: SocketAddr, path: &str) -> Option<(u16, String)> {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}
