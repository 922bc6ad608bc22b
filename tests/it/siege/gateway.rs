//! The same through the gateway: it has limits of its own, and what it passes on is bounded behind it.

use std::net::SocketAddr;
use std::time::Duration;

use latchkey_testing::Service;
use latchkey_testing::siege::{
    From, Kept, Script, Siege, Takings, asked, attackers, system_memory,
};
use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, tests_of};

use super::{ATTACKER, HONEST, MANY, apart, get};

/// What the system may have more of it than before, in KiB: some 170 for each connection.
const SYSTEM: usize = 256 * 1024;

fn takings(stack: &Stack) -> Vec<Takings> {
    let services = Service::ALL.into_iter();
    let services =
        services.map(|service| stack.split().process(Part::Service(service, 0)).unwrap());
    services.map(Takings::of).collect()
}

/// From one address, which has half as many again as it may have, and from many.
async fn honest_clients_are_served_through_the_gateway(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_SERVER__MAY_BE_TRACED", "true")
        // What they are when nobody changes them.
        .env("GATEWAY_CONNECTIONS_PER_ADDRESS", "1000")
        .env("GATEWAY_REQUESTS_PER_10_SECONDS", "5000")
        .env("LATCHKEY_SERVER__BODY_TIMEOUT_SECONDS", "2")
        .env("LATCHKEY_SERVER__ANSWER_TIMEOUT_SECONDS", "3")
        .start();
    let base = stack.base();
    let target: SocketAddr = base.strip_prefix("http://").unwrap().parse().unwrap();
    let half = "POST /api/user/login HTTP/1.1\r\nHost: h\r\nCookie: a=b";
    let chunked = "POST /api/user/login HTTP/1.1\r\nHost: h\r\n\
                   Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let scripts = [
        Script::just(half),
        Script {
            drip: Some((b"1\r\n{\r\n".to_vec(), Duration::from_millis(300))),
            ..Script::just(chunked)
        },
        Script {
            reads: false,
            ..Script::just("GET /openapi/chat.json HTTP/1.1\r\nHost: h\r\n\r\n".repeat(50))
        },
    ];
    let count = attackers(MANY) / scripts.len();
    let (before, system) = (takings(&stack), system_memory());
    for from in [From::One(ATTACKER), From::Many] {
        let sieges = scripts
            .each_ref()
            .map(|script| Siege::of(target, count, from, script));
        let status = "GET /api/status HTTP/1.1\r\nHost: h\r\n\r\n";
        let mut known = Kept::of(HONEST[0], target);
        apart(Duration::from_secs(5), async move || {
            vec![
                asked(HONEST[0], target, &get("/api/status"), 200).await,
                known.asked(status, 200).await,
            ]
        })
        .await;
        for now in takings(&stack) {
            assert!(now.peak < super::MEMORY, "{now:?}");
            assert!(now.files + 100 < now.limit, "{now:?}");
        }
        let (before, now) = (system, system_memory());
        assert!(now < before + SYSTEM, "{before} KiB, {now} KiB");
        drop(sieges);
    }
    // The gateway keeps some connections to services for others, and gives back half of the rest every five seconds;
    // none of the attackers' requests.
    eventually(
        Duration::from_secs(30),
        "no sockets of attackers",
        async || {
            let pairs = takings(&stack).into_iter().zip(&before);
            let mut left = pairs.map(|(now, before)| now.sockets.saturating_sub(before.sockets));
            left.all(|left| left < 100).then_some(())
        },
    )
    .await;
}

tests_of!(alone honest_clients_are_served_through_the_gateway: split Split);
