//! Clients for whom there is always something to be done: they send requests ahead, and take what comes, so
//! that every place is worked for.

use std::time::Duration;

use latchkey_testing::siege::{From, Script, Siege, Takings, attackers};
use latchkey_testing::{Backend, before_any_database, one_process};

use super::{ATTACKER, ENOUGH, MANY, all_is_given_back, as_usual, besieged, target};
use super::{honest_clients_are_served, until_open, was_bounded, was_told};
use crate::house::House;

/// Asks for the same twenty times at once, again and again.
fn ahead(request: &str) -> Script {
    let twenty = request.repeat(20);
    Script {
        drip: Some((twenty.clone().into(), Duration::from_millis(200))),
        ..Script::just(twenty)
    }
}

/// From one address, and from many.
async fn holds(house: &House, request: &str) {
    let before = Takings::of(house.stack.process());
    for (from, told) in [(From::One(ATTACKER), 100), (From::Many, 200)] {
        let siege = Siege::of(target(house), attackers(MANY), from, &ahead(request));
        until_open(&siege, ENOUGH).await;
        honest_clients_are_served(house, Duration::from_secs(3)).await;
        was_bounded(house);
        was_told(house, &["made_room"], told);
        drop(siege);
        all_is_given_back(house, before).await;
    }
}

async fn who_ask_for_little(backend: Backend) {
    let house = besieged(backend, as_usual).await;
    holds(&house, "GET / HTTP/1.1\r\nHost: h\r\n\r\n").await;
}

/// Each waits for a turn, of which one person has a few.
async fn who_ask_for_lists(backend: Backend) {
    let house = besieged(backend, as_usual).await;
    let person = house.person().await;
    let request = format!(
        "GET /api/user/channels HTTP/1.1\r\nHost: h\r\nCookie: t={}\r\n\r\n",
        person.session()
    );
    holds(&house, &request).await;
}

before_any_database!(who_ask_for_little);

one_process!(alone: who_ask_for_lists);
