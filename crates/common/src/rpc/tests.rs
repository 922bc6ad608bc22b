use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::HttpServer;
use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use futures_util::future::join_all;
use latchkey_testing::relay::{Cut, Relay};

use super::circuit::Circuit;
use super::gate::{Standing, standing};
use super::*;
use crate::clock::Clock;
use crate::config::Settings;
use crate::secret::Secret;
use crate::server::{Edge, Keeper, internal_app};

mod calls;

#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("taken")]
    Taken,
    #[error(transparent)]
    Fault(#[from] Fault),
}
refusals!(Trouble { Taken });

const OPERATOR: &str = "0123456789abcdef0123456789abcdef";

fn times() -> PeersSettings {
    PeersSettings {
        timeout: Duration::from_millis(600),
        attempt_timeout: Duration::from_millis(200),
        connect_timeout: Duration::from_millis(200),
        circuit_failures: 3,
        circuit_pause: Duration::from_millis(300),
    }
}

fn key(me: &'static str) -> ServiceKey {
    let pair = KeyPair::generate().unwrap();
    ServiceKey::parse(me, &pair.private, Clock::default()).unwrap()
}

fn gate(caller: &ServiceKey, clock: Clock) -> Gate {
    let mut keys = PublicKeys::default();
    keys.allow("channels", caller.public()).unwrap();
    let operator = OperatorHash::of(&Secret::new(OPERATOR)).unwrap();
    Gate::new("users", keys, Some(operator), clock)
}

fn shown(token: &str) -> HeaderMap {
    let mut map = HeaderMap::new();
    map.insert(
        AUTHORIZATION,
        HeaderValue::from_str(&format!("Bearer {token}")).unwrap(),
    );
    map
}

#[test]
fn a_service_is_known_by_its_key_and_for_one_audience() {
    let channels = key("channels");
    let gate = gate(&channels, Clock::default());
    let who = |headers: &HeaderMap| standing(Some(&gate), headers);
    let good = channels.token_for("users").unwrap();
    assert_eq!(who(&shown(good.expose())), Standing::Service("channels"));
    assert_eq!(who(&shown(good.expose())), Standing::Service("channels"));
    assert_eq!(who(&shown(OPERATOR)), Standing::Operator);

    let elsewhere = channels.token_for("discord").unwrap();
    let somebody_else = key("channels").token_for("users").unwrap();
    let unknown = key("discord").token_for("users").unwrap();
    for bad in [
        elsewhere.expose(),
        somebody_else.expose(),
        unknown.expose(),
        "",
        "x",
        "0123456789abcdef0123456789abcdeX",
    ] {
        assert_eq!(who(&shown(bad)), Standing::Stranger, "{bad}");
    }
    assert_eq!(who(&HeaderMap::new()), Standing::Stranger);
    assert_eq!(standing(None, &shown(good.expose())), Standing::Stranger);
}

#[test]
fn a_token_ends() {
    let channels = key("channels");
    let clock = Clock::default();
    let gate = gate(&channels, clock.clone());
    let token = channels.token_for("users").unwrap();
    clock.advance(Duration::from_secs(200));
    assert_eq!(
        standing(Some(&gate), &shown(token.expose())),
        Standing::Stranger
    );
}

#[test]
fn a_token_of_a_clock_that_was_put_back_is_not_sent() {
    let clock = Clock::default();
    let pair = KeyPair::generate().unwrap();
    let channels = ServiceKey::parse("channels", &pair.private, clock.clone()).unwrap();
    let gate = gate(&channels, clock.clone());
    clock.advance(Duration::from_hours(2));
    channels.token_for("users").unwrap();
    clock.put_back(Duration::from_hours(2));
    let token = channels.token_for("users").unwrap();
    assert_eq!(
        standing(Some(&gate), &shown(token.expose())),
        Standing::Service("channels")
    );
}

#[test]
fn keys_are_read_strictly() {
    assert!(ServiceKey::parse("users", &Secret::new("x"), Clock::default()).is_err());
    assert!(PublicKeys::default().allow("users", "AAAA").is_err());
}

#[test]
fn a_circuit_opens_after_failures_in_a_row_and_lets_one_trial_through_a_pause() {
    let circuit = Circuit::new(2, Duration::from_secs(1));
    let start = Instant::now();
    circuit.failed(start);
    assert!(circuit.allows(start));
    circuit.failed(start);
    assert!(circuit.is_open() && !circuit.allows(start));
    let later = start + Duration::from_secs(2);
    assert!(circuit.allows(later) && !circuit.allows(later));
    circuit.answered();
    assert!(!circuit.is_open() && circuit.allows(later));
}

#[test]
fn a_kept_answer_is_good_from_the_moment_of_the_question() {
    let cache = BriefCache::new(Duration::from_secs(1));
    let now = Instant::now();
    cache.keep("new", now, 1);
    cache.keep("old", now.checked_sub(Duration::from_secs(2)).unwrap(), 2);
    assert_eq!((cache.get(&"new"), cache.get(&"old")), (Some(1), None));
}
