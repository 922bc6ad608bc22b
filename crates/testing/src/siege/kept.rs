//! An honest client that comes again over the same connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::connect;

/// A client that keeps its connection from request to request, as a browser does.
#[derive(Debug)]
pub struct Kept {
    source: Ipv4Addr,
    target: SocketAddr,
    stream: Option<TcpStream>,
}

impl Kept {
    /// Connects with the first request.
    pub const fn of(source: Ipv4Addr, target: SocketAddr) -> Self {
        Self {
            source,
            target,
            stream: None,
        }
    }

    /// How long it waits until a request is answered with this status. Where its connection has ended meanwhile it
    /// asks once more, over a new one, and waits for both.
    pub async fn asked(&mut self, request: &str, status: u16) -> Duration {
        let began = Instant::now();
        let kept = self.stream.take();
        let was_kept = kept.is_some();
        let answer = match self.answer(kept, request).await {
            Err(_) if was_kept => self.answer(None, request).await,
            first => first,
        };
        let answer = answer.expect("an answer");
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&expected), "{request:?}: {answer:?}");
        began.elapsed()
    }

    async fn answer(&mut self, kept: Option<TcpStream>, request: &str) -> io::Result<String> {
        let mut stream = match kept {
            Some(stream) => stream,
            None => connect(self.source, self.target).await?,
        };
        let answer = async {
            stream.write_all(request.as_bytes()).await?;
            let mut seen = String::new();
            while !is_whole(&seen) {
                let mut piece = [0; 1024];
                let read = stream.read(&mut piece).await?;
                if read == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                seen.push_str(&String::from_utf8_lossy(
                    piece.get(..read).unwrap_or_default(),
                ));
            }
            io::Result::Ok(seen)
        };
        let answer = timeout(Duration::from_secs(20), answer).await??;
        if !answer.contains("connection: close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

/// Whether an answer that says how long it is has come to its end.
fn is_whole(answer: &str) -> bool {
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    length.and_then(|length| length.parse().ok()) == Some(body.len())
}
