//! What the gateway does to a request and to an answer on their way.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use latchkey_testing::chat::Answer;
use latchkey_testing::upstream::Mood;
use latchkey_testing::{Service, raw};
use reqwest::Method;
use serde_json::{Value, json};

use super::front::Front;

/// The one header of that name that arrived.
#[track_caller]
fn arrived<'a>(told: &'a Value, name: &str) -> &'a str {
    let values = told["headers"][name].as_array().map(Vec::as_slice);
    let Some([value]) = values else {
        panic!("{name} did not arrive once: {told}");
    };
    value.as_str().unwrap()
}

#[tokio::test]
async fn a_client_cannot_forge_where_it_comes_from() {
    let Some(front) = Front::open("a_client_cannot_forge_where_it_comes_from", &[]) else {
        return;
    };
    let mut call = front.nobody().get("/api/status");
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.7"),
        ("x-forwarded-for", "203.0.113.8, 203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-port", "443"),
        ("x-forwarded-prefix", "/evil"),
        ("forwarded", "for=203.0.113.7"),
        ("x-real-ip", "203.0.113.7"),
        ("upgrade", "h2c"),
        ("x-latchkey-deadline-ms", "1"),
        ("X-Latchkey-Anything", "1"),
    ] {
        call = call.header(name, value);
    }
    let told = call.await.ok(200);
    assert_eq!(arrived(&told, "x-forwarded-for"), "127.0.0.1");
    assert_eq!(arrived(&told, "x-forwarded-proto"), "http");
    assert_eq!(
        arrived(&told, "x-forwarded-host"),
        front.gateway.authority()
    );
    assert_eq!(arrived(&told, "host"), front.gateway.authority());
    for gone in [
        "x-forwarded-port",
        "x-forwarded-prefix",
        "forwarded",
        "x-real-ip",
        "upgrade",
        "x-latchkey-deadline-ms",
        "x-latchkey-anything",
    ] {
        assert!(told["headers"][gone].is_null(), "{gone}: {told}");
    }
}

#[tokio::test]
async fn every_request_has_one_harmless_id() {
    let Some(front) = Front::open("every_request_has_one_harmless_id", &[]) else {
        return;
    };
    let nobody = front.nobody();
    let told = nobody
        .get("/api/status")
        .header("x-request-id", "mine-1.a:b_C")
        .await;
    assert_eq!(told.header("x-request-id"), Some("mine-1.a:b_C"), "{told}");
    assert_eq!(arrived(&told.json(), "x-request-id"), "mine-1.a:b_C");
    let long = "x".repeat(65);
    for bad in ["a b", "a\"b", "", &long] {
        let call = nobody.get("/api/status").header("x-request-id", bad);
        let answer = call.await.expect(200);
        let id = answer.header("x-request-id").unwrap().to_owned();
        assert!(id.len() == 36 && id != bad, "{answer}");
        assert_eq!(arrived(&answer.json(), "x-request-id"), id);
    }
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let told = nobody.get("/api/status").header("traceparent", trace).await;
    assert_eq!(arrived(&told.ok(200), "traceparent"), trace);
    let unknown = nobody.get("/none").header("x-request-id", "mine-2").await;
    assert_eq!(unknown.header("x-request-id"), Some("mine-2"), "{unknown}");
}

#[tokio::test]
async fn an_absurd_body_is_refused() {
    let limit = ("GATEWAY_BODY_LIMIT_BYTES", "1000");
    let Some(front) = Front::open("an_absurd_body_is_refused", &[limit]) else {
        return;
    };
    let path = "/api/user/login";
    let sent = |length: usize| {
        let call = front.nobody().call(Method::POST, path);
        call.content_type("application/json")
            .body("x".repeat(length))
    };
    assert_eq!(sent(1000).await.ok(200)["body"], json!(1000));
    let answer = sent(1001).await;
    assert_eq!(answer.status, 413, "{answer}");
    assert_eq!(answer.content_type(), Some("application/problem+json"));
    assert_eq!(front.asked("users"), 1);
}

#[tokio::test]
async fn one_address_may_not_ask_without_end() {
    let limits = [("GATEWAY_REQUESTS_PER_10_SECONDS", "20")];
    let Some(front) = Front::open("one_address_may_not_ask_without_end", &limits) else {
        return;
    };
    let nobody = front.nobody();
    let mut refused = None;
    for _ in 0..40 {
        let answer = nobody.get("/api/status").await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("forty requests are too many");
    refused.refused("too-many-requests");
    assert!(refused.retry_after() > 0);
    assert!(front.asked("users") >= 10);
}

#[tokio::test]
async fn one_address_may_not_hold_connections_without_end() {
    let limits = [("GATEWAY_CONNECTIONS_PER_ADDRESS", "5")];
    let test = "one_address_may_not_hold_connections_without_end";
    let Some(front) = Front::open(test, &limits) else {
        return;
    };
    let request = b"GET /api/status HTTP/1.1\r\nHost: h\r\n\r\n";
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut stream = raw::connect(&front.gateway.authority());
        stream.write_all(request).unwrap();
        assert!(stream.read(&mut [0; 12]).unwrap() > 0);
        held.push(stream);
    }
    let mut sixth = raw::connect(&front.gateway.authority());
    drop(sixth.write_all(request));
    let answered = sixth.read(&mut [0; 12]);
    assert!(!answered.is_ok_and(|read| read > 0), "a sixth connection");
}

#[tokio::test]
async fn what_is_no_http_goes_no_further() {
    let Some(front) = Front::open("what_is_no_http_goes_no_further", &[]) else {
        return;
    };
    let authority = front.gateway.authority();
    for bad in [
        "GET /api/st\u{e4}tus HTTP/1.1\r\nHost: h\r\n\r\n".as_bytes(),
        b"GET /api/status HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        b"nonsense\r\n\r\n",
    ] {
        let answer = raw::exchange(&authority, bad);
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    for service in Service::ALL.map(Service::name) {
        assert_eq!(front.asked(service), 0);
    }
}

#[tokio::test]
async fn events_pass_at_once_and_outlive_every_other_limit() {
    let limits = [
        ("GATEWAY_SERVER_TIMEOUT", "1s"),
        ("GATEWAY_STREAM_TIMEOUT", "10s"),
    ];
    let test = "events_pass_at_once_and_outlive_every_other_limit";
    let Some(front) = Front::open(test, &limits) else {
        return;
    };
    // The server says one thing and then nothing, without an end of its own.
    let mut stream = front.nobody().listen().await;
    stream.heartbeat(Duration::from_secs(5)).await;
    // Another request of the same age has been given up by then.
    front.replica("users", 0).set_mood(Mood::Hangs);
    front.replica("users", 1).set_mood(Mood::Hangs);
    let answer = front.nobody().get("/api/status").await;
    answer.refused("service-unavailable");
    assert!(answer.retry_after() > 0);
    let ended = tokio::time::timeout(Duration::from_secs(1), stream.next_or_end());
    assert!(ended.await.is_err(), "the stream has ended");
}

/// What an `EventSource` is told by the gateway itself: when to come back, on a page of another site too.
#[tokio::test]
async fn a_stream_is_refused_by_a_stream_that_ends() {
    let limits = [("GATEWAY_REQUESTS_PER_10_SECONDS", "20")];
    let test = "a_stream_is_refused_by_a_stream_that_ends";
    let Some(mut front) = Front::open(test, &limits) else {
        return;
    };
    let path = "/api/user/listener";
    let asking = |accept: &str| {
        let call = front.nobody().get(path).header("accept", accept);
        call.header("origin", "http://app.example")
    };
    for nth in 0..2 {
        front.replica("channels", nth).set_mood(Mood::Closes);
    }
    let told = |answer: &Answer| {
        assert_eq!(answer.status, 200, "{answer}");
        assert_eq!(answer.content_type(), Some("text/event-stream"));
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("http://app.example")
        );
        String::from_utf8_lossy(&answer.body).into_owned()
    };
    let answer = asking("text/event-stream").await;
    assert!(told(&answer).starts_with("retry: 2000\n"), "{answer}");
    asking("*/*").await.refused("service-unavailable");
    let odd = front.nobody().get("/api/user/%6cistener");
    let odd = odd.header("accept", "Text/Event-Stream").await;
    assert_eq!(odd.status, 200, "{odd}");
    for nth in 0..2 {
        front.lose("channels", nth);
    }
    let nobody = front.nobody();
    for _ in 0..20 {
        drop(nobody.get("/api/status").await);
    }
    let call = nobody.get(path).header("accept", "text/event-stream");
    let answer = call.header("origin", "http://app.example").await;
    assert!(told(&answer).starts_with("retry: 10000\n"), "{answer}");
    nobody.get(path).await.refused("too-many-requests");
}
