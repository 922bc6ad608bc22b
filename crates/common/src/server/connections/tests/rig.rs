//! A talk over a pipe, and its two ends.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_http::body::BodyStream;
use actix_http::error::PayloadError;
use actix_web::web::Bytes;
use futures_util::{FutureExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::super::*;

pub(super) const BOUNDS: Bounds = Bounds {
    connections: 8,
    strangers: None,
    per_person: 100,
    per_address: None,
    held_bytes: 100_000,
    trusted: Vec::new(),
};

pub(super) const TERMS: Terms = Terms {
    head: 300,
    keep_alive: 1200,
    body: 300,
    answer: 300,
    head_bytes: 4096,
};

/// A pipe keeps nothing.
impl line::Reset for DuplexStream {
    fn reset_when_closed(&self) {}
}

/// What the pipe holds in each direction.
pub(super) const PIPE: usize = 1024;

/// Far above every deadline here.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// One client's end, and the server's.
pub(super) struct Rig {
    pub(super) client: DuplexStream,
    pub(super) crowd: Arc<Crowd>,
    /// Requests that were begun.
    pub(super) begun: Arc<AtomicUsize>,
    pub(super) server: JoinHandle<()>,
}

/// `/read` answers how long its body was, `/busy` takes a while, `/large` answers much, `/broken`
/// begins an answer that breaks off, `/halves` makes one in two parts; others answer at once and leave the body alone.
async fn answer(mut req: Request) -> Result<Response<BoxBody>, actix_web::Error> {
    let path = req.path().to_owned();
    let answer = match path.as_str() {
        "/read" => {
            let mut body = req.take_payload();
            let mut length = 0;
            while let Some(piece) = body.next().await {
                match piece {
                    Ok(piece) => length += piece.len(),
                    Err(PayloadError::Io(why)) => {
                        return Ok(Response::bad_request().set_body(BoxBody::new(why.to_string())));
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            Response::ok().set_body(BoxBody::new(length.to_string()))
        }
        "/busy" => {
            sleep(Duration::from_millis(900)).await;
            Response::ok().set_body(BoxBody::new("done"))
        }
        "/large" => Response::ok().set_body(BoxBody::new("x".repeat(200_000))),
        "/broken" => {
            let broken = async {
                sleep(Duration::from_millis(100)).await;
                Err(std::io::Error::other("no"))
            };
            let half = futures_util::future::ok(Bytes::from_static(b"half"));
            let body = BodyStream::new(half.into_stream().chain(Box::pin(broken).into_stream()));
            Response::ok().set_body(BoxBody::new(body))
        }
        "/halves" => {
            let halves = futures_util::stream::iter(0..2).then(|nth| async move {
                sleep(Duration::from_millis(200 * nth)).await;
                Ok::<_, std::io::Error>(Bytes::from_static(b"half"))
            });
            Response::ok().set_body(BoxBody::new(BodyStream::new(Box::pin(halves))))
        }
        _ => Response::ok().set_body(BoxBody::new("fine")),
    };
    Ok(answer)
}

#[expect(clippy::disallowed_methods, reason = "the test keeps the handle")]
pub(super) async fn rig(bounds: Bounds) -> Rig {
    let crowd = Crowd::new("test", bounds);
    let begun = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&begun);
    let application = fn_service(move |req: Request| {
        count.fetch_add(1, Ordering::Relaxed);
        answer(req)
    });
    let application = application.map_err(|error: actix_web::Error| error.error_response());
    let http = HttpService::build()
        .keep_alive(KeepAlive::Os)
        .client_request_timeout(Duration::ZERO)
        .client_disconnect_timeout(LINGER)
        .h1_write_buffer_size(WRITE_BUFFER)
        .on_connect_ext(|line: &Line<DuplexStream>, data| {
            data.insert::<Rc<Talk>>(line.talk());
        })
        .finish(exchange::beside(
            application,
            Duration::from_millis(TERMS.body),
        ));
    let service = http.new_service(()).await.unwrap();
    let (client, server) = duplex(PIPE);
    let place = crowd.admit("192.0.2.1".parse().unwrap()).unwrap();
    let line = Line::new(server, place, TERMS);
    let talk = service.call((line, Protocol::Http1, None));
    let looking = Arc::clone(&crowd);
    let server = actix_web::rt::spawn(async move {
        let rounds = async {
            loop {
                looking.look_round();
                sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::select! {
            ended = talk => drop(ended),
            () = rounds => {}
        }
    });
    Rig {
        client,
        crowd,
        begun,
        server,
    }
}

impl Rig {
    pub(super) async fn send(&mut self, text: &str) {
        let sent = self.client.write_all(text.as_bytes());
        timeout(PATIENCE, sent).await.unwrap().unwrap();
    }

    /// Reads one answer with a body of known length.
    pub(super) async fn expect(&mut self, body: &str) {
        let mut seen = String::new();
        while !seen.ends_with(&format!("\r\n\r\n{body}")) {
            let mut piece = [0; 1024];
            let read = timeout(PATIENCE, self.client.read(&mut piece))
                .await
                .unwrap();
            let read = read.unwrap();
            assert!(read > 0, "ended after {seen:?}");
            seen.push_str(str::from_utf8(&piece[..read]).unwrap());
        }
        assert!(seen.starts_with("HTTP/1.1 200"), "{seen}");
    }

    /// Reads until the server closes; everything, and how long that took.
    pub(super) async fn end(mut self) -> (String, Duration) {
        let began = Instant::now();
        let mut seen = Vec::new();
        let read = self.client.read_to_end(&mut seen);
        timeout(PATIENCE, read).await.unwrap().unwrap();
        let took = began.elapsed();
        // It is gone, and its place is free.
        timeout(PATIENCE, self.server).await.unwrap().unwrap();
        assert_eq!(self.crowd.count(), 0);
        (String::from_utf8(seen).unwrap(), took)
    }
}

pub(super) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n")
}

pub(super) fn post(path: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n")
}

#[track_caller]
pub(super) fn is_about(took: Duration, milliseconds: u64) {
    let expected = Duration::from_millis(milliseconds);
    let slack = Duration::from_millis(600);
    assert!(
        took + Duration::from_millis(50) >= expected && took < expected + slack,
        "{took:?}, not {expected:?}"
    );
}

impl Rig {
    /// Reads exactly one of several answers that follow each other.
    pub(super) async fn expect_next(&mut self, body: &str) {
        let mut seen = Vec::new();
        while !seen.ends_with(format!("\r\n\r\n{body}").as_bytes()) {
            seen.push(
                timeout(PATIENCE, self.client.read_u8())
                    .await
                    .unwrap()
                    .unwrap(),
            );
        }
        assert!(seen.starts_with(b"HTTP/1.1 200"));
    }
}
