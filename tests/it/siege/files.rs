//! Open files: as many connections as the system lets us have, and never all of its files.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, alone, attackers};
use latchkey_testing::{Backend, one_process};

use super::{ATTACKER, HONEST, besieged, errors, get, target, until_open};
use latchkey_testing::siege::asked;

async fn the_limit_is_raised_as_far_as_it_may(backend: Backend) {
    let _alone = alone().await;
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
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(siege.closed(), 0);
    let now = Takings::of(house.stack.process());
    assert!(
        now.sockets + 20 > before.sockets + count,
        "{before:?}, {now:?}"
    );
    asked(HONEST[0], target(&house), &get("/api/status"), 200).await;
}

one_process!(the_limit_is_raised_as_far_as_it_may);
