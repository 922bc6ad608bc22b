//! Where a stack listens, and whether it does.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Two ports that were free a moment ago; a start tries others when somebody was faster.
#[derive(Clone, Copy)]
pub struct Ports {
    pub public: u16,
    pub internal: u16,
}

impl Ports {
    pub fn free() -> Self {
        let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("a port"));
        let [public, internal] =
            listeners.map(|listener| listener.local_addr().expect("an address").port());
        Self { public, internal }
    }
}

/// True when readiness is green.
pub fn is_ready(internal: &str) -> bool {
    readiness(internal).is_some_and(|(status, _)| status == 200)
}

/// Status and body of readiness, if somebody answers.
pub fn readiness(internal: &str) -> Option<(u16, String)> {
    get(internal, "/healthz/ready")
}

/// Status and body of what is at `path`, if somebody answers.
pub fn get(address: &str, path: &str) -> Option<(u16, String)> {
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
