//! Answers that are asked for and not taken.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers};
use latchkey_testing::{Backend, before_any_database, one_process};
use serde_json::{Value, json};

use super::{ATTACKER, MANY, all_is_given_back, besieged, honest_clients_are_served, target};
use super::{until_open, was_bounded, was_told};
use crate::house::House;

/// How many attackers there are where each of them costs the server more than a copy of bytes: what
/// one processor has to do for all of them is not what is looked for.
const FEW: usize = 150;

/// Asks for the same a hundred times and reads nothing of it.
fn unread(request: &str) -> Script {
    Script {
        reads: false,
        ..Script::just(request.repeat(100))
    }
}

async fn holds(house: &House, (count, from): (usize, From), script: &Script, reasons: &[&str]) {
    let count = attackers(count);
    let before = Takings::of(house.stack.process());
    let siege = Siege::of(target(house), count, from, script);
    // One address has 1,000 at most.
    until_open(&siege, (count * 9 / 10).min(900)).await;
    honest_clients_are_served(house, Duration::from_secs(6)).await;
    was_bounded(house);
    assert!(siege.closed() > count / 2, "{} were closed", siege.closed());
    was_told(house, reasons, u32::try_from(count / 2).unwrap());
    drop(siege);
    all_is_given_back(house, before).await;
}

async fn documents(backend: Backend, from: From) {
    let house = besieged(backend, |stack| stack).await;
    let document = "GET /openapi/chat.json HTTP/1.1\r\nHost: h\r\n\r\n";
    let reasons = ["unread", "made_room"];
    holds(&house, (MANY, from), &unread(document), &reasons).await;
}

async fn documents_from_one_address(backend: Backend) {
    documents(backend, From::One(ATTACKER)).await;
}

async fn documents_from_many_addresses(backend: Backend) {
    documents(backend, From::Many).await;
}

/// A hundred of the longest messages: an answer of its own for each who asks, some of which fill the
/// memory that there is for all. All are asked for by one person, as if each were somebody else's.
async fn lists_of_long_messages(backend: Backend) {
    let house = besieged(backend, |stack| {
        stack.env("LATCHKEY_LISTS__PER_PERSON", "1000")
    })
    .await;
    let person = house.person().await;
    let channel = person.public_channel().await;
    let text = "m".repeat(4_000);
    for _ in 0..100 {
        drop(person.say(channel, &text).await.ok(201));
    }
    let load = json!([{"channelId": channel}]);
    let whole = person.load(&load).await.expect(200).text();
    assert!(whole.len() > 400_000, "{} bytes", whole.len());
    let body = json!({"load": load}).to_string();
    let request = format!(
        "POST /api/channel/messages HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        person.session(),
        body.len()
    );
    holds(
        &house,
        (FEW, From::Many),
        &unread(&request),
        &["unread", "made_room"],
    )
    .await;
}

/// Thousands of small requests at once, none of whose answers is taken.
async fn small_requests_sent_ahead(backend: Backend) {
    let house = besieged(backend, |stack| stack).await;
    let script = Script {
        reads: false,
        ..Script::just("GET / HTTP/1.1\r\nHost:\r\n\r\n".repeat(4000))
    };
    holds(&house, (30, From::Many), &script, &["unread"]).await;
}

/// What eight people may cost who ask for as much as one answer can hold and take it slowly, in KiB of the process's own memory:
/// 150 MiB without those of its file, as everywhere here.
const EIGHT: usize = (150 - 26) * 1024;

/// Eight who ask for the longest messages of forty channels, and for other lists of the longest rows, and
/// take little of it.
async fn the_longest_lists_for_slow_readers(backend: Backend) {
    let house = besieged(backend, |stack| stack).await;
    let person = house.person().await;
    let text = "\u{1}".repeat(4_000);
    let mut channels = Vec::new();
    for _ in 0..40 {
        let channel = person.public_channel().await;
        for _ in 0..30 {
            drop(person.say(channel, &text).await.ok(201));
        }
        channels.push(channel);
    }
    let load: Vec<Value> = channels
        .iter()
        .map(|channel| json!({"channelId": channel, "limit": 100}))
        .collect();
    let whole = person.load(&json!(load)).await.expect(200);
    let (bytes, link) = (whole.text().len(), whole.header("link").map(str::to_owned));
    assert!((1_000_000..2_700_000).contains(&bytes), "{bytes} bytes");
    assert!(link.is_some(), "it was cut");
    let body = json!({"load": load}).to_string();
    let request = format!(
        "POST /api/channel/messages HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        person.session(),
        body.len()
    );
    let before = Takings::of(house.stack.process());
    let siege = Siege::of(target(&house), 8, From::Many, &unread(&request));
    until_open(&siege, 8).await;
    honest_clients_are_served(&house, Duration::from_secs(6)).await;
    let now = Takings::of(house.stack.process());
    assert!(now.peak < EIGHT, "{} MiB of memory", now.peak / 1024);
    drop(siege);
    all_is_given_back(&house, before).await;
}

before_any_database!(documents_from_one_address, documents_from_many_addresses);

one_process!(
    alone:
    lists_of_long_messages,
    small_requests_sent_ahead,
    the_longest_lists_for_slow_readers,
);
