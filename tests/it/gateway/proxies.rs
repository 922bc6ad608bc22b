//! Whom the gateway takes a client for: behind proxies that it trusts, and of IPv6.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::raw;
use latchkey_testing::upstream::Mood;
use serde_json::json;

use super::front::Front;

/// The tests come from there; and a network of proxies further out.
const TRUSTED: (&str, &str) = ("GATEWAY_TRUSTED_PROXIES", "127.0.0.1 10.0.0.0/8");

async fn asked_for(nobody: &Chat, client: &str) -> Answer {
    let call = nobody.get("/api/status");
    call.header("x-forwarded-for", client).await
}

#[tokio::test]
async fn whom_a_trusted_proxy_names_is_the_client() {
    let test = "whom_a_trusted_proxy_names_is_the_client";
    let Some(front) = Front::open(test, &[TRUSTED]) else {
        return;
    };
    for (named, client) in [
        (&["203.0.113.9"][..], "203.0.113.9"),
        (&["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (&["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (&["203.0.113.9, 10.1.1.1"], "203.0.113.9"),
        (&["203.0.113.9, 10.1.1.1, 10.2.2.2"], "203.0.113.9"),
        (&["2001:db8::7"], "2001:db8::7"),
        (&["203.0.113.9:4711"], "203.0.113.9"),
        // Nobody knows what stands beyond what nobody can read.
        (&["203.0.113.9, garbage"], "127.0.0.1"),
        (&["203.0.113.9, garbage, 10.1.1.1"], "10.1.1.1"),
        (&[""], "127.0.0.1"),
        (&[], "127.0.0.1"),
    ] {
        let mut call = front.nobody().get("/api/status");
        for line in named {
            call = call.header("x-forwarded-for", line);
        }
        let told = call.header("x-real-ip", "192.0.2.1").await.ok(200);
        assert_eq!(
            told["headers"]["x-forwarded-for"],
            json!([client]),
            "{named:?}"
        );
        assert!(told["headers"]["x-real-ip"].is_null(), "{told}");
    }
    for (named, proto) in [("https", "https"), ("gopher", "http")] {
        let call = front.nobody().get("/api/status");
        let told = call.header("x-forwarded-proto", named).await.ok(200);
        assert_eq!(told["headers"]["x-forwarded-proto"], json!([proto]));
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_named_is_not_believed() {
    let test = "a_proxy_that_is_not_named_is_not_believed";
    // An empty setting is none, as a compose file passes it on.
    for trusted in ["10.0.0.0/8", ""] {
        let settings = [
            ("GATEWAY_TRUSTED_PROXIES", trusted),
            ("GATEWAY_CERTIFICATE", ""),
        ];
        let Some(front) = Front::open(test, &settings) else {
            return;
        };
        let call = front.nobody().get("/api/status");
        let call = call.header("x-forwarded-for", "203.0.113.9");
        let told = call.header("x-forwarded-proto", "https").await.ok(200);
        assert_eq!(told["headers"]["x-forwarded-for"], json!(["127.0.0.1"]));
        assert_eq!(told["headers"]["x-forwarded-proto"], json!(["http"]));
    }
}

#[tokio::test]
async fn clients_behind_a_proxy_are_counted_apart() {
    let settings = [TRUSTED, ("GATEWAY_REQUESTS_PER_10_SECONDS", "20")];
    let test = "clients_behind_a_proxy_are_counted_apart";
    let Some(front) = Front::open(test, &settings) else {
        return;
    };
    let nobody = front.nobody();
    let is_refused = async |nth: u32, client: fn(u32) -> String| {
        let answer = asked_for(&nobody, &client(nth)).await;
        assert!(answer.status == 200 || answer.status == 429, "{answer}");
        answer.status == 429
    };
    // One who asks without end, from an address, or from all over a network of 64 bits.
    let greedy: [fn(u32) -> String; 2] = [
        |_| "203.0.113.9".to_owned(),
        |nth| format!("2001:db8:0:1::{nth:x}"),
    ];
    for client in greedy {
        let mut refusals = 0;
        for nth in 0..40 {
            refusals += u32::from(is_refused(nth, client).await);
        }
        assert!((10..=25).contains(&refusals), "{refusals} of 40");
    }
    // Everybody else: each has one neighbour fewer than would be too many.
    let modest: [fn(u32) -> String; 3] = [
        |nth| format!("203.0.113.{}", 10 + nth),
        |nth| format!("2001:db8:0:{:x}::1", 2 + nth),
        |nth| format!("::ffff:198.51.100.{nth}"),
    ];
    for client in modest {
        for nth in 0..40 {
            assert!(!is_refused(nth, client).await, "{}", client(nth));
        }
    }
}

#[tokio::test]
async fn a_client_behind_a_proxy_may_not_have_requests_under_way_without_end() {
    let settings = [
        TRUSTED,
        ("GATEWAY_CONNECTIONS_PER_ADDRESS", "3"),
        ("GATEWAY_SERVER_TIMEOUT", "5s"),
    ];
    let test = "a_client_behind_a_proxy_may_not_have_requests_under_way_without_end";
    let Some(front) = Front::open(test, &settings) else {
        return;
    };
    for nth in 0..2 {
        front.replica("users", nth).set_mood(Mood::Hangs);
    }
    let ask = |client: &str| {
        let mut stream = raw::connect(&front.gateway.authority());
        let head = "GET /api/status HTTP/1.1\r\nHost: h\r\nX-Forwarded-For";
        write!(stream, "{head}: {client}\r\n\r\n").unwrap();
        stream
    };
    let mut held: Vec<TcpStream> = (0..3).map(|_| ask("203.0.113.9")).collect();
    held.extend((0..3).map(|_| ask("203.0.113.10")));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let nobody = front.nobody();
    let fourth = asked_for(&nobody, "203.0.113.9").await;
    fourth.refused("too-many-requests");
    let call = nobody.get("/api/user/listener");
    let call = call.header("accept", "text/event-stream");
    let stream = call.header("x-forwarded-for", "203.0.113.10").await;
    assert!(
        String::from_utf8_lossy(&stream.body).starts_with("retry: 10000\n"),
        "{stream}"
    );
    let other = nobody.get("/discord/invites");
    let other = other.header("x-forwarded-for", "203.0.113.11").await;
    assert_eq!(other.status, 200, "{other}");
}
