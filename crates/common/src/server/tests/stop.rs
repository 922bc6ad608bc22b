//! A stop that clients would delay.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::mpsc::channel;
use std::time::Duration;

use super::edge;
use super::life::{parts, served};

/// Half a head and half a body are not worth more than a moment.
#[actix_web::test]
async fn a_stop_does_not_wait_for_clients() {
    let (report, read) = channel();
    let edge = edge(&[
        ("LATCHKEY_SERVER__STOP_PATIENCE_SECONDS", "1"),
        ("LATCHKEY_SERVER__BODY_TIMEOUT_SECONDS", "10"),
    ]);
    let took = served(edge, parts(vec![]), None, async |public, _| {
        let body = "POST /json HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
        for (what, begun) in [
            ("head", "GET /address HTTP/1.1\r\nHost:".to_owned()),
            (
                "sized",
                format!("{body}Content-Length: 20\r\n\r\n{{\"name\""),
            ),
            (
                "chunked",
                format!("{body}Transfer-Encoding: chunked\r\n\r\n2\r\n{{\"\r\n"),
            ),
        ] {
            let mut stream = TcpStream::connect(public).unwrap();
            stream.write_all(begun.as_bytes()).unwrap();
            let report = report.clone();
            std::thread::spawn(move || {
                let mut text = Vec::new();
                drop(stream.read_to_end(&mut text));
                let text = String::from_utf8_lossy(&text).into_owned();
                report.send((what, text)).unwrap();
            });
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    })
    .await;
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(report);
    let answers: BTreeMap<_, _> = read.iter().collect();
    assert_eq!(answers.len(), 3, "{answers:?}");
    for half in ["sized", "chunked"] {
        assert!(answers[half].starts_with("HTTP/1.1 503 "), "{answers:?}");
    }
}
