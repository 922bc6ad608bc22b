//! Every line that a request writes to the log, wherever it is written, has the ids of the request.

use std::fs;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, one_process};
use serde_json::Value;

use crate::house::{House, Person};

one_process!(
    lines_for_machines_have_the_ids,
    lines_for_people_have_the_ids
);

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// What a connection's thread writes about a unit of work, at the level of debugging.
const UNIT: &str = "unit of work";

async fn house(backend: Backend, format: &str) -> House {
    // The lines of lanes and those about requests; nothing else below a warning.
    let stack = Stack::on(backend)
        .env("LATCHKEY_LOG__FORMAT", format)
        .env(
            "LATCHKEY_LOG__LEVEL",
            "warn,latchkey::access=info,latchkey_common::db=debug",
        )
        .start();
    House::open(stack).await
}

fn lines(house: &House) -> Vec<String> {
    let log = fs::read_to_string(house.stack.folder().join("stderr-latchkey-1")).unwrap();
    log.lines().map(str::to_owned).collect()
}

/// A call that reads and writes; answers the id that the server says it has.
async fn calls(person: &Person, channel: i64, id: Option<&str>) -> String {
    let mut call = person.say(channel, "hello");
    if let Some(id) = id {
        call = call
            .header("x-request-id", id)
            .header("traceparent", PARENT);
    }
    let answer = call.await.expect(201);
    answer.header("x-request-id").unwrap().to_owned()
}

async fn lines_for_machines_have_the_ids(backend: Backend) {
    let house = house(backend, "json").await;
    let person = house.person().await;
    let channel = person.public_channel().await;
    let own = calls(&person, channel, Some("mine-17")).await;
    assert_eq!(own, "mine-17");
    let given = calls(&person, channel, None).await;
    let lines: Vec<Value> = lines(&house)
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for (id, trace) in [(own, Some(TRACE)), (given, None)] {
        let of_request = |line: &&Value| line["span"]["id"] == id.as_str();
        let found: Vec<&Value> = lines.iter().filter(of_request).collect();
        let written = |what: &str| found.iter().filter(|line| line["message"] == what).count();
        assert_eq!(written("answered"), 1, "{found:?}");
        // The message itself; who is calling may be known from the call before.
        assert!(written(UNIT) >= 1, "{found:?}");
        for line in found {
            let shown = line["span"]["trace"].as_str().unwrap();
            assert_eq!(shown.len(), 32, "{line}");
            assert_eq!(shown, trace.unwrap_or(shown), "{line}");
        }
    }
    // What no request wrote says which job did.
    let alone = |line: &&Value| line["message"] == UNIT && line["span"]["id"].is_null();
    let jobs: Vec<&Value> = lines.iter().filter(alone).collect();
    let of_jobs = |line: &&&Value| line["span"]["name"] != "request";
    assert!(jobs.iter().filter(of_jobs).count() > 0, "{jobs:?}");
}

async fn lines_for_people_have_the_ids(backend: Backend) {
    let house = house(backend, "text").await;
    let person = house.person().await;
    let channel = person.public_channel().await;
    calls(&person, channel, Some("mine-17")).await;
    let lines = lines(&house);
    for what in ["answered", UNIT] {
        let found: Vec<&String> = lines
            .iter()
            .filter(|line| line.contains(what) && line.contains("mine-17"))
            .collect();
        assert!(!found.is_empty(), "{what}: {lines:?}");
        for line in found {
            assert!(line.contains(TRACE), "{line}");
        }
    }
}
