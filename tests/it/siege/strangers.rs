//! As many strangers as there is room for connections, who say nothing, half of something, or a bit of it now and then:
//! what they take of memory is bounded by what strangers may have together, and whoever is known keeps a place.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers, connect};
use latchkey_testing::{Backend, before_any_database};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{ATTACKER, all_is_given_back, besieged, honest_clients_are_served, target};
use super::{until_open, was_bounded, was_told};

/// `server.connections` as it is when nobody changes it.
const ALL: usize = 16_384;

/// `server.stranger_connections`, and those that are just being dismissed.
const STRANGERS: usize = 1024 + 256;

const HALF: &str = "POST /api/user/login HTTP/1.1\r\nHost: h\r\nCookie: a=b";

async fn holds(backend: Backend, from: From, script: &Script) {
    let count = attackers(ALL);
    let house = besieged(backend, |stack| {
        // With the deadlines of the defaults nobody goes by himself in the time of this test.
        stack
            .env("LATCHKEY_SERVER__HEADER_TIMEOUT_SECONDS", "10")
            .env("LATCHKEY_SERVER__CONNECTIONS_PER_ADDRESS", "0")
            .env("LATCHKEY_SERVER__STRANGER_CONNECTIONS", "1024")
    })
    .await;
    let process = house.stack.process();
    let before = Takings::of(process);
    // Somebody who is known, and says nothing from now on.
    let mut known = connect(ATTACKER, target(&house)).await.unwrap();
    let question = format!(
        "GET /api/user/info HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\r\n",
        house.root().session()
    );
    let mut piece = [0; 4096];
    known.write_all(question.as_bytes()).await.unwrap();
    assert!(known.read(&mut piece).await.unwrap() > 0);

    let siege = Siege::of(target(&house), count, from, script);
    until_open(&siege, 1_000).await;
    honest_clients_are_served(&house, Duration::from_secs(10)).await;
    was_bounded(&house);
    let now = Takings::of(process);
    assert!(now.sockets <= before.sockets + STRANGERS, "{now:?}");
    was_told(&house, &["made_room"], 500);
    // The known one is still there.
    known.write_all(question.as_bytes()).await.unwrap();
    let read = known.read(&mut piece).await.unwrap();
    assert!(piece.get(..read).unwrap().starts_with(b"HTTP/1.1 200"));
    drop((siege, known));
    all_is_given_back(&house, before).await;
}

async fn who_say_nothing(backend: Backend) {
    holds(backend, From::Many, &Script::just("")).await;
}

async fn with_half_a_head(backend: Backend) {
    holds(backend, From::One(ATTACKER), &Script::just(HALF)).await;
}

async fn who_drip(backend: Backend) {
    let script = Script {
        drip: Some((b"x".to_vec(), Duration::from_secs(2))),
        ..Script::just(HALF)
    };
    holds(backend, From::Many, &script).await;
}

before_any_database!(who_say_nothing, with_half_a_head, who_drip);
