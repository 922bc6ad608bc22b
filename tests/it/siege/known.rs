//! One person who means no good, with many times as many connections as one person may have: an account is good
//! for a few places, and for no more of the server's memory than strangers have together.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers};
use latchkey_testing::{Backend, before_any_database};

use super::{MANY, all_is_given_back, besieged, honest_clients_are_served, target};
use super::{until_open, was_bounded, was_told};
use crate::house::House;

/// `server.connections_per_person` and `server.stranger_connections`, and those that are just being dismissed.
const PLACES: usize = 64 + 1024 + 256;

const HALF: &str = "POST /api/user/login HTTP/1.1\r\nHost: h\r\nCookie: a=b";

/// A question by which somebody is recognised.
fn question(house: &House) -> String {
    let session = house.root().session().to_owned();
    format!("GET /api/user/info HTTP/1.1\r\nHost: h\r\nCookie: t={session}\r\n\r\n")
}

/// More than there are strangers and one person's together.
async fn with_half_a_second_head(backend: Backend) {
    let house = besieged(backend, |stack| {
        // With the deadlines of the defaults nobody goes by himself in the time of this test.
        stack
            .env("LATCHKEY_SERVER__HEADER_TIMEOUT_SECONDS", "10")
            .env("LATCHKEY_SERVER__STRANGER_CONNECTIONS", "1024")
    })
    .await;
    let before = Takings::of(house.stack.process());
    let script = Script {
        answer: 15,
        then: HALF.into(),
        ..Script::just(question(&house))
    };
    let siege = Siege::of(target(&house), attackers(2 * MANY), From::Many, &script);
    until_open(&siege, 1_000).await;
    honest_clients_are_served(&house, Duration::from_secs(6)).await;
    was_bounded(&house);
    let now = Takings::of(house.stack.process());
    assert!(now.sockets <= before.sockets + PLACES, "{now:?}");
    was_told(&house, &["made_room"], 500);
    drop(siege);
    all_is_given_back(&house, before).await;
}

before_any_database!(with_half_a_second_head);
