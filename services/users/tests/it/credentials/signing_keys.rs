//! The keys that sign tokens.

use std::time::Duration;

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::{person, signed, status, text};
use crate::world::World;

both_databases!(
    one_key_signs_whoever_starts_at_once,
    a_rotation_signs_nobody_out,
    invented_keys_delay_no_new_one,
    a_key_of_a_clock_that_was_put_back_signs,
    retired_keys_go_with_their_last_token,
    the_algorithm_is_a_setting,
);

fn kid(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap());
    let header: Value = serde_json::from_slice(&header.unwrap()).unwrap();
    text(&header["kid"])
}

async fn published(world: &World) -> Vec<String> {
    let answer = world.get("/.well-known/jwks.json", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let set = answer.json();
    let keys = set["keys"].as_array().unwrap();
    assert!(
        keys.iter()
            .all(|key| key.get("d").is_none() && key["use"] == "sig")
    );
    keys.iter().map(|key| text(&key["kid"])).collect()
}

async fn one_key_signs_whoever_starts_at_once(backend: Backend) {
    let world = World::new(backend);
    let kids = race(8, |_| published(&world)).await;
    assert!(kids.iter().all(|set| set.len() == 1 && *set == kids[0]));
}

/// The lead of a new key, and a little more.
const LEAD: Duration = Duration::from_secs(61);

async fn rotate(world: &World) -> Value {
    let answer = world.operate("rotate-signing-key", json!(null)).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

async fn a_rotation_signs_nobody_out(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let old = signed(&world, &john, "bearer").await;
    assert_eq!(status(&world, "/bearer", &old).await, 200);
    for _ in 0..2 {
        let before = published(&world).await;
        let signs = kid(&signed(&world, &john, "bearer").await);
        let listed = rotate(&world).await;
        let after = published(&world).await;
        assert_eq!(after.len(), before.len() + 1);
        assert_eq!(listed["keys"][0]["kid"], json!(after[0]));
        // It waits, however often it is asked for.
        assert!(listed["keys"][0]["signs_since"].is_null(), "{listed}");
        assert_eq!(rotate(&world).await, listed);
        assert_eq!(kid(&signed(&world, &john, "bearer").await), signs);
        world.advance(LEAD);
        let new = signed(&world, &john, "bearer").await;
        assert_eq!(kid(&new), after[0]);
        for token in [&old, &new] {
            assert_eq!(status(&world, "/bearer", token).await, 200);
        }
    }
    race(4, |_| rotate(&world)).await;
    world.advance(LEAD);
    race(4, |_| signed(&world, &john, "bearer")).await;
    let listed = world.operate("signing-keys", json!(null)).await.json();
    let keys = listed["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 4);
    let signing = keys.iter().filter(|key| key["retired_at"].is_null());
    assert_eq!(signing.count(), 1);
    assert_eq!(status(&world, "/bearer", &old).await, 200);
}

async fn invented_keys_delay_no_new_one(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    signed(&world, &john, "bearer").await;
    // Another process, which keeps keys of its own.
    let other = world.other_users();
    let invented = || other.verifying_key("invented");
    assert!(invented().await.unwrap().is_none());
    rotate(&world).await;
    let signs = kid(&signed(&world, &john, "bearer").await);
    assert!(other.verifying_key(&signs).await.unwrap().is_some());
    assert!(invented().await.unwrap().is_none());
    // Whoever invents keys asks all the time; the last answer is as young as can be.
    for _ in 0..6 {
        world.advance(Duration::from_secs(10));
        assert!(invented().await.unwrap().is_none());
    }
    world.advance(Duration::from_secs(1));
    let new = kid(&signed(&world, &john, "bearer").await);
    assert_eq!(new, published(&world).await[0]);
    assert!(other.verifying_key(&new).await.unwrap().is_some());
}

async fn a_key_of_a_clock_that_was_put_back_signs(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    signed(&world, &john, "bearer").await;
    world.advance(Duration::from_hours(2));
    let waiting = text(&rotate(&world).await["keys"][0]["kid"]);
    world.put_back(Duration::from_hours(2));
    assert_eq!(kid(&signed(&world, &john, "bearer").await), waiting);
}

async fn retired_keys_go_with_their_last_token(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let long = signed(&world, &john, "rds-session").await;
    for _ in 0..2 {
        rotate(&world).await;
        world.advance(LEAD);
        // Whoever needs a key lets the one sign that is due.
        world
            .operate(
                "token",
                json!({"username": "john", "kind": "bearer", "expires_in_s": 0}),
            )
            .await;
    }
    assert_eq!(published(&world).await.len(), 3);
    let jobs = world.start_jobs();
    let count = async |wanted: usize| {
        for _ in 0..100 {
            if published(&world).await.len() == wanted {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        false
    };
    // The one in the middle signed nothing that lives.
    assert!(count(2).await);
    jobs.stop().await;
    assert_eq!(status(&world, "/rds", &long).await, 200);
    world.advance(Duration::from_secs(30 * 24 * 3_600 + 40));
    assert_eq!(status(&world, "/rds", &long).await, 461);
}

async fn the_algorithm_is_a_setting(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let old = signed(&world, &john, "bearer").await;
    let world = world.restarted(&[("LATCHKEY_USERS__SIGNING_ALGORITHM", "RS256")]);
    // The next one is published and waits.
    assert_eq!(kid(&signed(&world, &john, "bearer").await), kid(&old));
    world.advance(LEAD);
    let new = signed(&world, &john, "bearer").await;
    for token in [&old, &new] {
        assert_eq!(status(&world, "/bearer", token).await, 200);
    }
    let keys = world.get("/.well-known/jwks.json", None).await.json();
    assert_eq!(keys["keys"][0]["alg"], "RS256");
    assert_eq!(keys["keys"][0]["kid"], json!(kid(&new)));
    assert_eq!(keys["keys"][1]["alg"], "EdDSA");
}
