//! Whole servers: started, asked over sockets, stopped.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{edge, routes};
use crate::fault::Fault;
use crate::server::{
    AliveCheck, Edge, InternalRoute, Listeners, OperatorCaller, Parts, ReadyCheck, run,
};

/// Sends raw bytes and reads until the other side closes.
async fn raw(address: SocketAddr, request: impl Into<Vec<u8>>) -> String {
    let request = request.into();
    tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream.write_all(&request).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    })
    .await
    .unwrap()
}

async fn get(address: SocketAddr, path: &str) -> String {
    raw(
        address,
        format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
    )
    .await
}

/// Runs a server while `work` goes on, then stops it; answers how long the stop took.
pub(super) async fn served<Fut: Future<Output = ()>>(
    edge: Edge,
    parts: Parts,
    socket: Option<&std::path::Path>,
    work: impl FnOnce(SocketAddr, SocketAddr) -> Fut,
) -> Duration {
    let listeners = Listeners::open(&edge, socket).unwrap();
    let (public, internal) = (
        listeners.public_address().unwrap(),
        listeners.internal_address().unwrap(),
    );
    assert_eq!(edge.public_url(), format!("http://{public}"));
    let (tell, told) = oneshot::channel::<()>();
    let until = async { drop(told.await) };
    let (outcome, began) = tokio::join!(run(listeners, parts, edge, None, until), async {
        work(public, internal).await;
        let began = std::time::Instant::now();
        tell.send(()).unwrap();
        began
    });
    outcome.unwrap();
    began.elapsed()
}

pub(super) fn parts(ready: Vec<ReadyCheck>) -> Parts {
    Parts {
        data: vec![routes()],
        internal: vec![InternalRoute::operator(
            "users",
            "operate",
            async |_: OperatorCaller| "operated",
        )],
        ready,
        ..Parts::default()
    }
}

#[actix_web::test]
async fn a_server_tells_of_its_health() {
    let down = ReadyCheck::new("users database", || async {
        Err(Fault::overloaded("database"))
    });
    served(
        edge(&[]),
        parts(vec![down]),
        None,
        async |public, internal| {
            assert!(get(public, "/address").await.ends_with("127.0.0.1"));
            assert!(
                get(internal, "/healthz/live")
                    .await
                    .starts_with("HTTP/1.1 200")
            );
            let ready = get(internal, "/healthz/ready").await;
            assert!(
                ready.starts_with("HTTP/1.1 503")
                    && ready.contains("users database: database is unavailable"),
                "{ready}"
            );
            let metrics = get(internal, "/metrics").await;
            assert!(
                metrics.contains(
                    "latchkey_http_requests_total{method=\"GET\",route=\"/address\",status=\"200\"}"
                ),
                "{metrics}"
            );
            assert!(get(public, "/metrics").await.starts_with("HTTP/1.1 404"));
        },
    )
    .await;
}

#[actix_web::test]
async fn what_only_a_restart_cures_turns_liveness_red() {
    let is_stuck = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_stuck);
    let check = AliveCheck::new("users database", move || {
        let is_stuck = asked.load(Ordering::Relaxed);
        is_stuck.then(|| "every connection has been stuck for 61 s".to_owned())
    });
    let parts = Parts {
        alive: vec![check],
        ..parts(vec![])
    };
    served(edge(&[]), parts, None, async |_, internal| {
        let live = get(internal, "/healthz/live").await;
        assert!(live.starts_with("HTTP/1.1 200"), "{live}");
        is_stuck.store(true, Ordering::Relaxed);
        let live = get(internal, "/healthz/live").await;
        let said = "not live\nusers database: every connection has been stuck for 61 s\n";
        assert!(
            live.starts_with("HTTP/1.1 503") && live.ends_with(said),
            "{live}"
        );
        is_stuck.store(false, Ordering::Relaxed);
        let live = get(internal, "/healthz/live").await;
        assert!(live.starts_with("HTTP/1.1 200"), "{live}");
    })
    .await;
}

#[actix_web::test]
async fn large_bodies_are_refused_in_words() {
    served(edge(&[]), parts(vec![]), None, async |public, _| {
        let body = format!("{{\"name\": \"{}\"}}", "a".repeat(400_000));
        let head = "POST /json HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\n";
        let plain = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        let chunked = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        for request in [plain, chunked] {
            let answer = raw(public, request).await;
            assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("The body is too large."), "{answer}");
        }
        let small = r#"{"name": "x"}"#;
        let fine = format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{small}\r\n0\r\n\r\n", small.len());
        assert!(raw(public, fine).await.ends_with('x'));
    })
    .await;
}

#[actix_web::test]
async fn bodies_that_stop_arriving_are_refused() {
    let edge = edge(&[("LATCHKEY_SERVER__BODY_TIMEOUT_SECONDS", "1")]);
    served(edge, parts(vec![]), None, async |public, _| {
        let head = "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
        let begun = std::time::Instant::now();
        let answers = [
            format!("{head}Content-Length: 20\r\n\r\n"),
            format!("{head}Content-Length: 20\r\n\r\n{{\"name\""),
            format!("{head}Transfer-Encoding: chunked\r\n\r\n2\r\n{{\"\r\n"),
        ]
        .map(async |request| {
            let answer = raw(public, request).await;
            assert!(
                answer.starts_with("HTTP/1.1 400")
                    && answer.contains("The body could not be read."),
                "{answer}"
            );
        });
        // Read to the end: the connection is closed too.
        futures_util::future::join_all(answers).await;
        let took = begun.elapsed();
        assert!((1..5).contains(&took.as_secs()), "{took:?}");
    })
    .await;
}

#[actix_web::test]
async fn bodies_that_nobody_reads_are_no_trouble() {
    served(edge(&[]), parts(vec![]), None, async |public, _| {
        let body = "a".repeat(400_000);
        let mut calls = Vec::new();
        for (call, status) in [
            ("GET /address", "200"),
            ("POST /both", "401"),
            ("POST /nothing", "404"),
            ("POST /me", "405"),
            ("POST /change", "200"),
        ] {
            let head = format!("{call} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
            for body in [&body, "hello"] {
                let length = body.len();
                calls.push((
                    status,
                    format!("{head}Content-Length: {length}\r\n\r\n{body}"),
                ));
                calls.push((
                    status,
                    format!(
                        "{head}Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n0\r\n\r\n"
                    ),
                ));
            }
        }
        // Side by side: a connection with an unread body lingers for a second.
        let answers = calls.into_iter().map(async |(status, request)| {
            let answer = raw(public, request).await;
            let begin = format!("HTTP/1.1 {status}");
            assert!(answer.starts_with(&begin), "{status}: {answer}");
        });
        futures_util::future::join_all(answers).await;
    })
    .await;
}

#[actix_web::test]
async fn a_stop_ends_streams_and_finishes_requests() {
    let (report, read) = std::sync::mpsc::channel();
    let took = served(edge(&[]), parts(vec![]), None, async |public, _| {
        // Both are under way when the stop comes, and are read to their end beside it.
        for path in ["/nap", "/live"] {
            let mut stream = TcpStream::connect(public).unwrap();
            write!(stream, "GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
            let report = report.clone();
            std::thread::spawn(move || {
                let mut text = String::new();
                stream.read_to_string(&mut text).unwrap();
                report.send((path, text)).unwrap();
            });
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    })
    .await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(report);
    let answers: std::collections::BTreeMap<_, _> = read.iter().collect();
    assert!(answers["/nap"].ends_with("rested"), "{answers:?}");
    assert!(answers["/live"].ends_with("0\r\n\r\n"), "{answers:?}");
}

#[actix_web::test]
async fn draining_is_red_and_still_serves() {
    let edge = edge(&[("LATCHKEY_SERVER__DRAIN_SECONDS", "1")]);
    let listeners = Listeners::open(&edge, None).unwrap();
    let (public, internal) = (
        listeners.public_address().unwrap(),
        listeners.internal_address().unwrap(),
    );
    let (outcome, ()) = tokio::join!(run(listeners, parts(vec![]), edge, None, async {}), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(
            get(internal, "/healthz/ready")
                .await
                .contains("503 Service Unavailable")
        );
        assert!(get(internal, "/healthz/live").await.contains("200 OK"));
        assert!(get(public, "/address").await.contains("200 OK"));
    });
    outcome.unwrap();
}

const OPERATE: &str = "POST /operator/users/operate HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\
                       Connection: close\r\n\r\n";

#[actix_web::test]
async fn the_operator_has_a_private_socket() {
    let folder = std::env::temp_dir().join(format!("latchkey-socket-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("operator.sock");
    std::fs::write(&path, "left behind").unwrap();
    served(
        edge(&[]),
        parts(vec![]),
        Some(&path),
        async |public, internal| {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let socket = path.clone();
            let answer = tokio::task::spawn_blocking(move || {
                let mut stream = UnixStream::connect(socket).unwrap();
                stream.write_all(OPERATE.as_bytes()).unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                answer
            });
            assert!(answer.await.unwrap().ends_with("operated"));
            for elsewhere in [public, internal] {
                assert!(raw(elsewhere, OPERATE).await.starts_with("HTTP/1.1 404"));
            }
        },
    )
    .await;
    assert!(!path.exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[actix_web::test]
async fn an_address_in_use_is_said_in_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let edge = edge(&[("LATCHKEY_LISTEN", &address)]);
    let Err(Fault::Invalid(sentence)) = Listeners::open(&edge, None) else {
        panic!("two listeners on one address");
    };
    assert!(
        sentence.contains(&address) && sentence.contains("LATCHKEY_LISTEN"),
        "{sentence}"
    );
}
