//! API tokens end by themselves, and a login of long ago makes none.

use std::time::Duration;

use actix_web::http::StatusCode;
use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::{Value, json};

use super::{make, person, signed, status, text};
use crate::world::{PASSWORD, World};

both_databases!(api_tokens_end, a_login_of_long_ago_makes_no_api_token,);

async fn api_tokens_end(backend: Backend) {
    let for_ever = [("LATCHKEY_USERS__API_TOKEN_LIFE_S", "0")];
    let world = World::with(backend, &for_ever);
    let john = person(&world, "John").await;
    let old = make(&world, &john, &["invite:read"]).await.json();
    assert_eq!(old["expiresAt"], Value::Null);
    let endless = json!({"name": "x", "scopes": ["invite:read"], "expiresIn": i64::MAX});
    let answer = world.post("/api/user/tokens", Some(&john), endless).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let world = world.restarted(&[("LATCHKEY_USERS__API_TOKEN_LIFE_S", "3600")]);
    let wish = async |seconds: Value| {
        let wish = json!({"name": "x", "scopes": ["invite:read"], "expiresIn": seconds});
        world.post("/api/user/tokens", Some(&john), wish).await
    };
    for bad in [json!(3_601), json!(0), json!(-1), json!("soon"), json!(1.5)] {
        let answer = wish(bad.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        assert_eq!(answer.problem(), "invalid-request-parameters", "{bad}");
    }
    let by_operator = |seconds: i64| json!({"username": "John", "scopes": "", "name": "x", "expires_in_s": seconds});
    let refused = world.operate("api-token", by_operator(3_601)).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    let mut made = Vec::new();
    for (seconds, life) in [(json!(60), 60), (Value::Null, 3_600)] {
        let answer = wish(seconds).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.json());
        let answer = answer.json();
        let begin = answer["createdAt"].as_i64().unwrap();
        assert_eq!(answer["expiresAt"], begin + life);
        made.push(text(&answer["token"]));
    }
    let good = async || {
        let mut good = Vec::new();
        for token in [&made[0], &made[1], &text(&old["token"])] {
            good.push(status(&world, "/read", token).await == 200);
        }
        let listed = world.get("/api/user/tokens", Some(&john)).await.json();
        let listed = listed["tokens"].as_array().unwrap().len();
        assert_eq!(good.iter().filter(|one| **one).count(), listed);
        good
    };
    assert_eq!(good().await, [true, true, true]);
    world.advance(Duration::from_secs(61));
    assert_eq!(good().await, [false, true, true]);
    world.advance(Duration::from_hours(1));
    // What was made before there was an end has none.
    assert_eq!(good().await, [false, false, true]);
    let rows = async || {
        world
            .cells("SELECT name AS cell FROM api_tokens")
            .await
            .len()
    };
    assert_eq!(rows().await, 3);
    let _jobs = world.start_jobs();
    let purged = async || (rows().await == 1).then_some(());
    eventually(Duration::from_secs(10), "no row of what has ended", purged).await;
}

async fn a_login_of_long_ago_makes_no_api_token(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let wish = async |password: Option<&str>| {
        let wish = json!({"name": "x", "scopes": ["invite:read"], "password": password});
        world.post("/api/user/tokens", Some(&john), wish).await
    };
    assert_eq!(wish(None).await.status, StatusCode::CREATED);
    world.advance(Duration::from_secs(901));
    let answer = wish(None).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(answer.problem(), "fresh-login-required");
    for wrong in ["wrong password", "", &"x".repeat(300)] {
        let answer = wish(Some(wrong)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert_eq!(answer.problem(), "invalid-credentials");
        assert_eq!(answer.set_cookie(), None);
    }
    assert_eq!(wish(Some(PASSWORD)).await.status, StatusCode::CREATED);
    // Another login is not this one, and signed tokens, which end with the session, ask for nothing.
    let fresh = world.log_in("John").await;
    assert_eq!(wish(None).await.status, StatusCode::FORBIDDEN);
    let made = make(&world, &fresh, &["invite:read"]).await;
    assert_eq!(made.status, StatusCode::CREATED);
    drop(signed(&world, &john, "bearer").await);
}
