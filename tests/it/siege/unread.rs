//! Answers that are asked for and not taken.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers};
use latchkey_testing::{Backend, before_any_database, one_process};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{ATTACKER, ENOUGH, MANY, all_is_given_back, as_usual, besieged, target};
use super::{honest_clients_are_served, until_open, was_bounded, was_told};
use crate::house::House;

/// So many connections at least are ended for others, or because nothing of their answers is taken.
const ENDED: u32 = 150;

/// People who ask for long lists, each in their own right: five times as much as may be held for all of them.
const PEOPLE: usize = 300;

/// Asks for the same a hundred times and reads nothing of it.
fn unread(request: &str) -> Script {
    Script {
        reads: false,
        ..Script::just(request.repeat(100))
    }
}

async fn holds(house: &House, (count, from): (usize, From), script: &Script, ended: u32) {
    let count = attackers(count);
    let before = Takings::of(house.stack.process());
    let siege = Siege::of(target(house), count, from, script);
    until_open(&siege, ENOUGH.min(count * 9 / 10)).await;
    honest_clients_are_served(house, Duration::from_secs(4)).await;
    was_bounded(house);
    was_told(house, &["unread", "made_room"], ended);
    drop(siege);
    all_is_given_back(house, before).await;
}

/// From one address, and from many.
async fn hold(house: &House, script: &Script) {
    holds(house, (MANY, From::One(ATTACKER)), script, ENDED).await;
    holds(house, (MANY, From::Many), script, 2 * ENDED).await;
}

async fn documents(backend: Backend) {
    let house = besieged(backend, |stack| stack).await;
    let document = "GET /openapi/chat.json HTTP/1.1\r\nHost: h\r\n\r\n";
    hold(&house, &unread(document)).await;
}

/// A thousand at once, none of whose answers is taken.
async fn small_requests_sent_ahead(backend: Backend) {
    let house = besieged(backend, as_usual).await;
    let script = Script {
        reads: false,
        ..Script::just("GET / HTTP/1.1\r\nHost:\r\n\r\n".repeat(1000))
    };
    hold(&house, &script).await;
}

/// Asks for a hundred of the longest messages: an answer of its own for each who asks. It was asked for
/// before, so that each reader of the database has its cache.
async fn long_list(house: &House) -> Script {
    let person = house.person().await;
    let channel = person.public_channel().await;
    let text = "m".repeat(4_000);
    for _ in 0..100 {
        drop(person.say(channel, &text).await.ok(201));
    }
    let load = json!([{"channelId": channel}]);
    let mut asked = JoinSet::new();
    for _ in 0..40 {
        let (person, load) = (person.clone(), load.clone());
        asked.spawn(async move { person.load(&load).await.expect(200).text().len() });
    }
    for bytes in asked.join_all().await {
        assert!(bytes > 400_000, "{bytes} bytes");
    }
    let body = json!({"load": load}).to_string();
    unread(&format!(
        "POST /api/channel/messages HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        person.session(),
        body.len()
    ))
}

async fn lists_of_one_person(backend: Backend) {
    let house = besieged(backend, as_usual).await;
    hold(&house, &long_list(&house).await).await;
}

/// Some of them fill the memory that there is for all. One person asks for all, as if each were
/// somebody else's.
async fn lists_of_many_people(backend: Backend) {
    let house = besieged(backend, |stack| {
        as_usual(stack).env("LATCHKEY_LISTS__PER_PERSON", "1000")
    })
    .await;
    let script = long_list(&house).await;
    holds(&house, (PEOPLE, From::Many), &script, ENDED).await;
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

before_any_database!(documents, small_requests_sent_ahead);

one_process!(
    alone:
    lists_of_one_person,
    lists_of_many_people,
    the_longest_lists_for_slow_readers,
);
