//! Bodies that drip, whether somebody reads them or not; and passwords as long as a body may be.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers, connect};
use latchkey_testing::{Backend, before_any_database, one_process};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::JoinSet;

use super::{ATTACKER, MANY, all_is_given_back, besieged, honest_clients_are_served, target};
use super::{until_open, was_bounded, was_told};

async fn holds(backend: Backend, from: From, script: &Script) {
    let count = attackers(MANY);
    let house = besieged(backend, |stack| stack.open_files(256, 1024)).await;
    let before = Takings::of(house.stack.process());
    let siege = Siege::of(target(&house), count, from, script);
    until_open(&siege, 200).await;
    honest_clients_are_served(&house, Duration::from_secs(6)).await;
    was_bounded(&house);
    assert!(siege.closed() > 200, "{} were closed", siege.closed());
    was_told(&house, &["late_body", "made_room"], 100);
    drop(siege);
    all_is_given_back(&house, before).await;
}

/// A chunked body at a path that nobody serves: it is answered at once, and nobody reads it.
async fn a_body_that_nobody_reads(backend: Backend) {
    let head = "POST /nowhere HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    let script = Script {
        drip: Some((b"1\r\nx\r\n".to_vec(), Duration::from_millis(300))),
        ..Script::just(head)
    };
    holds(backend, From::One(ATTACKER), &script).await;
}

/// Much of a body at such a path, and not its end: in either form, what comes is thrown away.
async fn a_large_body_that_nobody_reads(backend: Backend) {
    let sized = "Content-Length: 1000000\r\n\r\n".to_owned() + &"x".repeat(150_000);
    let chunk = "1000\r\n".to_owned() + &"x".repeat(4096) + "\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n\r\n".to_owned() + &chunk.repeat(36);
    for body in [sized, chunked] {
        let count = attackers(MANY);
        let house = besieged(backend, |stack| stack).await;
        let before = Takings::of(house.stack.process());
        let script = Script::just(format!("POST /nowhere HTTP/1.1\r\nHost: h\r\n{body}"));
        let siege = Siege::of(target(&house), count, From::Many, &script);
        honest_clients_are_served(&house, Duration::from_secs(6)).await;
        was_bounded(&house);
        assert!(siege.closed() > count, "{} were closed", siege.closed());
        drop(siege);
        all_is_given_back(&house, before).await;
    }
}

async fn a_body_that_somebody_reads(backend: Backend) {
    let head = "POST /api/user/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\
                Content-Length: 200000\r\n\r\n{\"username\": \"";
    let script = Script {
        drip: Some((vec![b'x'; 100], Duration::from_millis(300))),
        ..Script::just(head)
    };
    holds(backend, From::Many, &script).await;
}

/// Each sends as much as a body may have, all of it a password.
async fn long_passwords_are_not_held(backend: Backend) {
    let count = attackers(MANY);
    let house = besieged(backend, |stack| {
        stack.env("LATCHKEY_SERVER__CONNECTIONS_PER_ADDRESS", "0")
    })
    .await;
    let before = Takings::of(house.stack.process());
    let body = format!(
        "{{\"username\": \"root-user\", \"password\": \"{}\"}}",
        "p".repeat(260_000)
    );
    let request = format!(
        "POST /api/user/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let request = std::sync::Arc::new(request);
    let target = target(&house);
    let mut logins = JoinSet::new();
    for _ in 0..count {
        let request = std::sync::Arc::clone(&request);
        logins.spawn(async move {
            let mut stream = connect(ATTACKER, target).await.unwrap();
            // Refused before all of it was sent: the answer counts.
            drop(stream.write_all(request.as_bytes()).await);
            let mut answer = Vec::new();
            drop(stream.read_to_end(&mut answer).await);
            String::from_utf8_lossy(&answer).into_owned()
        });
    }
    honest_clients_are_served(&house, Duration::from_secs(3)).await;
    for answer in logins.join_all().await {
        assert!(
            answer.starts_with("HTTP/1.1 400 ") && answer.contains("invalid-request-parameters"),
            "{answer:?}"
        );
    }
    was_bounded(&house);
    all_is_given_back(&house, before).await;
}

/// What fits into the body of a login and is longer than any password costs the same as a wrong one.
async fn a_password_longer_than_any_is_a_wrong_one(backend: Backend) {
    let house = besieged(backend, |stack| stack).await;
    for password in ["p".repeat(257), "\u{1f511}".repeat(1500), "p".repeat(7000)] {
        let refused = house.nobody().login("root-user", &password).await;
        refused.refused("invalid-credentials");
        let refused = house.nobody().login("nobody-at-all", &password).await;
        refused.refused("invalid-credentials");
    }
    let longest = "\u{1f511}".repeat(256);
    let changed = house
        .root()
        .change_password(crate::house::PASSWORD, &longest);
    changed.await.done();
    drop(house.nobody().login("root-user", &longest).await.ok(200));
}

before_any_database!(
    a_body_that_nobody_reads,
    a_large_body_that_nobody_reads,
    a_body_that_somebody_reads,
);

one_process!(
    alone:
    long_passwords_are_not_held,
    a_password_longer_than_any_is_a_wrong_one,
);
