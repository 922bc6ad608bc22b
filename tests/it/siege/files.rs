//! Open files: as many connections as the system lets us have, and never all of its files.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, asked, attackers};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, Service, eventually, one_process, race};
use serde_json::json;
use tokio::time::sleep;

use super::{
    ATTACKER, HONEST, MANY, besieged, errors, get, hurried, target, target_of, until_open,
};
use crate::house::House;
use crate::metrics::Metrics;

async fn the_limit_is_raised_as_far_as_it_may(backend: Backend) {
    let hard = u32::try_from(attackers(4096)).unwrap().min(2048);
    let house = besieged(backend, |stack| {
        stack
            .open_files(128, hard)
            .env("LATCHKEY_SERVER__CONNECTIONS_PER_ADDRESS", "0")
    })
    .await;
    let before = Takings::of(house.stack.process());
    assert_eq!(before.limit, usize::try_from(hard).unwrap());
    let log = errors(&house);
    assert!(
        log.contains(&format!("files={hard}")),
        "it says what is in force: {log}"
    );
    assert!(
        log.contains("server.connections"),
        "it says that it is less than asked for: {log}"
    );
    // Many more than the soft limit was, and none of them is refused or ended for others.
    let idle = Script {
        answer: 15,
        ..Script::just("GET /api/status HTTP/1.1\r\nHost: h\r\n\r\n")
    };
    let count = usize::try_from(hard).unwrap() - 400;
    let siege = Siege::of(target(&house), count, From::One(ATTACKER), &idle);
    until_open(&siege, count).await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(siege.closed(), 0);
    let now = Takings::of(house.stack.process());
    assert!(
        now.sockets + 20 > before.sockets + count,
        "{before:?}, {now:?}"
    );
    asked(HONEST[0], target(&house), &get("/api/status"), 200).await;
}

/// So many lanes are there for the channels, of those that write and read: with a start the first of each set has a
/// connection, and those that had something to do.
const LANES: usize = 12;

/// How many connections the product has to its server, where it has one.
fn connections(stack: &Stack) -> usize {
    let query = "SELECT count(*)::text AS text FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let found = stack.texts(Service::Channels, query);
    found[0].parse().unwrap()
}

/// Clients hold all the connections that there may be, and lanes that have none yet open theirs. What lanes and jobs
/// need is kept from clients, so nobody who is served waits in vain and every job runs.
async fn lanes_and_jobs_have_files_when_clients_have_all(backend: Backend) {
    let stack = hurried(backend)
        .open_files(256, 1024)
        // Nobody goes by himself.
        .env("LATCHKEY_SERVER__HEADER_TIMEOUT_SECONDS", "30")
        .env("LATCHKEY_SERVER__CONNECTIONS_PER_ADDRESS", "0")
        .start();
    let siege = Siege::of(
        target_of(&stack),
        attackers(MANY),
        From::Many,
        &Script::just("POST /api/user/login HTTP/1.1\r\nHost: h\r\nCookie: a=b"),
    );
    until_open(&siege, 600).await;
    let took = Takings::of(stack.process());
    assert!(took.sockets > 500, "{took:?}");
    let before = Metrics::of(&stack);
    let house = House::open(stack).await;
    let person = house.person().await;
    let channel = person.public_channel().await;
    let crowd = || async {
        race(48, |nth| {
            let one = person.elsewhere();
            let call = match nth % 3 {
                0 => one.say(channel, "still here"),
                1 => one.load(&json!([{"channelId": channel}])),
                _ => one.channels(),
            };
            call.into_future()
        })
        .await
    };
    eventually(
        Duration::from_secs(20),
        "a connection of each lane",
        async || {
            for answer in crowd().await {
                assert!(answer.status < 300, "{answer}");
            }
            let is_there = backend == Backend::Sqlite || connections(&house.stack) >= LANES;
            is_there.then_some(())
        },
    )
    .await;
    // Each of them runs within this, but for those that clear away what is old.
    sleep(Duration::from_secs(6)).await;
    let now = Metrics::of(&house.stack);
    let runs = |at: &Metrics, outcome| {
        let runs = at.sum("latchkey_job_runs_total", &[("outcome", outcome)]);
        runs.unwrap_or_default()
    };
    assert!(runs(&now, "done") > runs(&before, "done") + 5.0);
    assert!(runs(&now, "failed") < 1.0, "{}", errors(&house));
    assert!(siege.open() > 200, "{} are left", siege.open());
    drop(siege);
}

one_process!(
    alone:
    the_limit_is_raised_as_far_as_it_may,
    lanes_and_jobs_have_files_when_clients_have_all,
);
