//! Heads that are never finished: the first one of a connection, and a later one.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers};
use latchkey_testing::{Backend, before_any_database};

use super::{ATTACKER, MANY, all_is_given_back, besieged, honest_clients_are_served, target};
use super::{until_open, was_bounded, was_told};

const HALF: &str = "POST /api/user/login HTTP/1.1\r\nHost: h\r\nCookie: a=b";

/// A whole request, and half the head of a second one when the first was answered.
fn half_of_a_second() -> Script {
    Script {
        answer: 15,
        then: HALF.into(),
        ..Script::just("GET /api/status HTTP/1.1\r\nHost: h\r\n\r\n")
    }
}

/// With a thousand files, which fewer connections than attackers fit into.
async fn holds(backend: Backend, from: From, script: &Script, reasons: &[&str]) {
    let count = attackers(MANY);
    let house = besieged(backend, |stack| stack.open_files(256, 1024)).await;
    let before = Takings::of(house.stack.process());
    let siege = Siege::of(target(&house), count, from, script);
    until_open(&siege, 200).await;
    honest_clients_are_served(&house, Duration::from_secs(6)).await;
    was_bounded(&house);
    assert!(siege.closed() > 200, "{} were closed", siege.closed());
    was_told(&house, reasons, 200);
    drop(siege);
    all_is_given_back(&house, before).await;
}

async fn half_a_first_head_from_one_address(backend: Backend) {
    let reasons = ["late_head", "made_room"];
    holds(backend, From::One(ATTACKER), &Script::just(HALF), &reasons).await;
}

async fn half_a_second_head_from_one_address(backend: Backend) {
    let reasons = ["late_head", "made_room"];
    holds(backend, From::One(ATTACKER), &half_of_a_second(), &reasons).await;
}

async fn half_a_second_head_from_many_addresses(backend: Backend) {
    let reasons = ["late_head", "made_room"];
    holds(backend, From::Many, &half_of_a_second(), &reasons).await;
}

/// Nobody drips a head for longer than it may take whole.
async fn a_head_that_drips(backend: Backend) {
    let script = Script {
        drip: Some((b"x".to_vec(), Duration::from_millis(300))),
        ..half_of_a_second()
    };
    holds(backend, From::Many, &script, &["late_head", "made_room"]).await;
}

/// Thirty-one thousand bytes of a head each, which is just short of what is refused at once.
async fn large_heads_that_are_not_finished(backend: Backend) {
    let large = format!(
        "GET / HTTP/1.1\r\nHost: h\r\nX-Large: {}",
        "x".repeat(31_000)
    );
    holds(
        backend,
        From::Many,
        &Script::just(large),
        &["late_head", "made_room"],
    )
    .await;
}

before_any_database!(
    half_a_first_head_from_one_address,
    half_a_second_head_from_one_address,
    half_a_second_head_from_many_addresses,
    a_head_that_drips,
    large_heads_that_are_not_finished,
);
