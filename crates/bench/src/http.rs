//! A lean HTTP/1.1 client: one connection, one request at a time, no copies. A general client costs
//! more than the server that it measures.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Result;

/// Room for an answer's head and the usual body; grows when needed.
const BUFFER: usize = 32 * 1024;

/// A kept connection.
pub(crate) struct Connection {
    stream: TcpStream,
    input: Vec<u8>,
}

/// An answer, as long as the next request is not sent.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
    head: &'a [u8],
}

impl Answer<'_> {
    /// The value of the session cookie that this answer sets.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let head = std::str::from_utf8(self.head).ok()?;
        head.lines().find_map(|line| {
            let (header, value) = line.split_once(':')?;
            let value = value.trim().strip_prefix(name)?.strip_prefix('=')?;
            header
                .eq_ignore_ascii_case("set-cookie")
                .then(|| value.split(';').next().unwrap_or_default().to_owned())
        })
    }

    /// The body as JSON; anything but success is an error.
    pub(crate) fn json(&self) -> Result<serde_json::Value> {
        self.success()?;
        Ok(serde_json::from_slice(self.body)?)
    }

    /// Anything but success is an error.
    pub(crate) fn success(&self) -> Result<()> {
        if (200..300).contains(&self.status) {
            return Ok(());
        }
        let body = String::from_utf8_lossy(self.body);
        Err(format!("answered {}: {body}", self.status).into())
    }
}

/// What [`Connection::head`] found.
struct Head {
    status: u16,
    bytes: usize,
    body: Option<usize>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            input: Vec::with_capacity(BUFFER),
        })
    }

    /// Sends a request and reads its answer, which must have a length.
    pub(crate) async fn call(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.input.clear();
        self.stream.write_all(request).await?;
        let head = self.head().await?;
        let end = head.bytes + head.body.ok_or("an answer without a length")?;
        while self.input.len() < end {
            self.read().await?;
        }
        let (above, below) = self
            .input
            .split_at_checked(head.bytes)
            .ok_or("a short answer")?;
        Ok(Answer {
            status: head.status,
            head: above,
            body: below,
        })
    }

    /// Sends a request whose answer has no end, and gives what follows its head.
    pub(crate) async fn stream(mut self, request: &[u8]) -> Result<(TcpStream, Vec<u8>)> {
        self.stream.write_all(request).await?;
        let head = self.head().await?;
        if head.status != 200 {
            return Err(format!("the stream was answered {}", head.status).into());
        }
        let mut rest = self.input.split_off(head.bytes);
        rest.shrink_to_fit();
        Ok((self.stream, rest))
    }

    async fn head(&mut self) -> Result<Head> {
        loop {
            self.read().await?;
            let mut headers = [httparse::EMPTY_HEADER; 32];
            let mut answer = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(bytes) = answer.parse(&self.input)? {
                let body = answer
                    .headers
                    .iter()
                    .find(|header| header.name.eq_ignore_ascii_case("content-length"))
                    .and_then(|header| std::str::from_utf8(header.value).ok())
                    .and_then(|value| value.parse().ok());
                return Ok(Head {
                    status: answer.code.unwrap_or(0),
                    bytes,
                    body,
                });
            }
        }
    }

    async fn read(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.input).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

/// How a request says who is calling.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Auth<'a> {
    Nobody,
    Session(&'a str),
    Bearer(&'a str),
}

/// The bytes of a request; `body` is JSON.
pub(crate) fn request(method: &str, path: &str, auth: Auth<'_>, body: Option<&str>) -> Vec<u8> {
    let content = match body {
        Some(body) => format!(
            "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ),
        None if method == "GET" => "\r\n".to_owned(),
        None => "Content-Length: 0\r\n\r\n".to_owned(),
    };
    bytes(method, path, auth, &content)
}

/// The bytes of a request for a page, as a browser sends it.
pub(crate) fn page(path: &str, auth: Auth<'_>) -> Vec<u8> {
    bytes("GET", path, auth, "Accept: text/html,*/*;q=0.8\r\n\r\n")
}

fn bytes(method: &str, path: &str, auth: Auth<'_>, rest: &str) -> Vec<u8> {
    let credential = match auth {
        Auth::Nobody => String::new(),
        Auth::Session(token) => format!("Cookie: t={token}\r\n"),
        Auth::Bearer(token) => format!("Authorization: Bearer {token}\r\n"),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: bench\r\n{credential}{rest}").into_bytes()
}
