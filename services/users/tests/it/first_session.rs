//! The session of somebody who has just made an account.

use std::time::Duration;

use actix_web::test::TestRequest;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::secret::new_token;
use latchkey_peers::users::FirstSession;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::world::{PASSWORD, World, ask};

both_databases!(
    whoever_has_made_an_account_is_signed_in,
    a_key_signs_in_nobody_else,
);

/// A wish for a session of the account that this key made, and the token.
fn wish(key: &ActKey) -> (FirstSession, String) {
    let (token, hash) = new_token().unwrap();
    let ask = FirstSession {
        key: key.clone(),
        token: hash,
        user_agent: Some("a browser".to_owned()),
    };
    (ask, token.expose().to_owned())
}

async fn whoever_has_made_an_account_is_signed_in(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_USERS__LOGIN_FAILURES", "1")]);
    let new = ask("John11");
    let key = new.key.clone();
    world.users.create_account(new).await.unwrap();
    let (first, token) = wish(&key);
    let mark = world.users.begin_first_session(first.clone()).await;
    let mark = mark.unwrap().expect("a session");
    assert!(mark.life_s > 0);
    let (seen, own) = world.sessions(&token).await;
    assert_eq!(seen, [own]);
    // The same question again (its answer was lost) begins no second one.
    let again = world.users.begin_first_session(first).await.unwrap();
    assert!(again.is_some());
    assert_eq!(world.sessions(&token).await.0, [own]);
    // The device is known: failures of strangers do not keep it from signing in.
    let log_in = |password: &str, cookie: Option<&str>| {
        let body = json!({"username": "John11", "password": password});
        let request = TestRequest::post().uri("/api/user/login").set_json(body);
        cookie.iter().fold(request, |request, mark| {
            request.insert_header(("cookie", format!("device={mark}")))
        })
    };
    let _ = world.send(log_in("wrong", None)).await;
    let stranger = world.send(log_in(PASSWORD, None)).await;
    let known = world.send(log_in(PASSWORD, Some(&mark.text))).await;
    assert_eq!(known.status, 200, "{:?}", known.json());
    drop(stranger);
}

async fn a_key_signs_in_nobody_else(backend: Backend) {
    let world = World::new(backend);
    let begin = async |key: &ActKey| {
        let (first, token) = wish(key);
        let begun = world.users.begin_first_session(first).await.unwrap();
        assert_eq!(begun.is_some(), world.is_live(&token).await);
        begun.is_some()
    };
    // A key that made nothing, and one that never will.
    assert!(!begin(&ActKey::random()).await);
    let barred = ActKey::random();
    world.users.decide_account(barred.clone()).await.unwrap();
    assert!(!begin(&barred).await);
    // An account that is locked.
    let new = ask("locked-out");
    let key = new.key.clone();
    world.users.create_account(new).await.unwrap();
    world
        .operate("lock", json!({"username": "locked-out"}))
        .await;
    assert!(!begin(&key).await);
    // One that has another password by now.
    let new = ask("exchanged");
    let key = new.key.clone();
    world.users.create_account(new).await.unwrap();
    assert!(begin(&key).await);
    let other = json!({"username": "exchanged", "password": "quite another one"});
    world.operate("set-password", other).await;
    assert!(!begin(&key).await);
    // One that was made a while ago.
    let new = ask("John11");
    let key = new.key.clone();
    world.users.create_account(new).await.unwrap();
    world.advance(Duration::from_secs(899));
    assert!(begin(&key).await);
    world.advance(Duration::from_secs(2));
    assert!(!begin(&key).await);
}
