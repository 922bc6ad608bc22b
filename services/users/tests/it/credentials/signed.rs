//! Signed tokens, and the keys that sign them.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::{contracts, make, person, signed, status, text};
use crate::world::{PASSWORD, World};

both_databases!(
    each_credential_is_good_in_its_contract_alone,
    a_lock_and_a_password_end_signed_tokens,
    tokens_end_whatever_the_clock_says,
    what_a_session_made_ends_with_it,
    one_key_signs_whoever_starts_at_once,
    a_rotation_signs_nobody_out,
    invented_keys_delay_no_new_one,
    a_key_of_a_clock_that_was_put_back_signs,
    retired_keys_go_with_their_last_token,
    the_algorithm_is_a_setting,
    drills_are_over_before_they_begin,
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

async fn each_credential_is_good_in_its_contract_alone(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let api = text(&make(&world, &john, &["invite:read"]).await.json()["token"]);
    let (bearer, rds) = (
        signed(&world, &john, "bearer").await,
        signed(&world, &john, "rds-session").await,
    );
    let cases = [
        (john.as_str(), [461, 461, 461]),
        (&api, [200, 461, 461]),
        (&bearer, [461, 200, 461]),
        (&rds, [461, 461, 200]),
        ("nonsense", [461, 461, 461]),
    ];
    for (token, wanted) in cases {
        for (path, wanted) in ["/read", "/bearer", "/rds"].into_iter().zip(wanted) {
            assert_eq!(status(&world, path, token).await, wanted, "{path}");
        }
        let is_session = token == john;
        assert_eq!(world.is_live(token).await, is_session);
    }
    for path in ["/read", "/bearer", "/rds"] {
        let answer = world
            .ask(&[contracts(&world)], TestRequest::get().uri(path))
            .await;
        assert_eq!(answer.status.as_u16(), 460, "{path}");
    }
}

async fn a_lock_and_a_password_end_signed_tokens(backend: Backend) {
    let world = World::new(backend);
    let john = person(&world, "John").await;
    let api = text(&make(&world, &john, &["invite:read"]).await.json()["token"]);
    let old = signed(&world, &john, "bearer").await;
    let change = json!({"oldPassword": PASSWORD, "newPassword": "another one"});
    let answer = world.post("/api/user/password", Some(&john), change).await;
    answer.assert_empty_success();
    // In the same second, on either side of the change.
    let new = signed(&world, &john, "bearer").await;
    assert_eq!(status(&world, "/bearer", &old).await, 461);
    assert_eq!(status(&world, "/bearer", &new).await, 200);
    // API tokens are revoked one by one.
    assert_eq!(status(&world, "/read", &api).await, 200);

    world.operate("lock", json!({"username": "John"})).await;
    assert_eq!(status(&world, "/bearer", &new).await, 461);
    assert_eq!(status(&world, "/read", &api).await, 461);
    for (command, wish) in [
        ("token", json!({"username": "John", "kind": "bearer"})),
        (
            "api-token",
            json!({"username": "John", "scopes": "", "name": "x"}),
        ),
    ] {
        assert_eq!(
            world.operate(command, wish).await.status,
            StatusCode::CONFLICT
        );
    }
    world.operate("unlock", json!({"username": "John"})).await;
    assert_eq!(status(&world, "/bearer", &new).await, 461);
    assert_eq!(status(&world, "/read", &api).await, 200);
}

async fn tokens_end_whatever_the_clock_says(backend: Backend) {
    let world = World::new(backend);
    world.account("John").await;
    let bearer = async || {
        let wish = json!({"username": "john", "kind": "bearer"});
        text(&world.operate("token", wish).await.json()["token"])
    };
    let is_good = async |token: &str| match status(&world, "/bearer", token).await {
        200 => true,
        461 => false,
        other => panic!("{other}"),
    };
    let set_password = json!({"username": "john", "password": "another one"});
    let span = Duration::from_hours(2);
    // Made before the change, which a slow clock puts before it.
    let old = bearer().await;
    world.put_back(span);
    let changed = world.operate("set-password", set_password.clone()).await;
    assert_eq!(changed.status, StatusCode::OK);
    let new = bearer().await;
    assert!(is_good(&new).await);
    world.advance(span);
    assert!(!is_good(&old).await);
    assert!(is_good(&new).await);
    // Made after the change, which a fast clock puts behind it.
    world.advance(span);
    for (command, wish) in [
        ("set-password", set_password),
        ("lock", json!({"username": "john"})),
        ("unlock", json!({"username": "john"})),
    ] {
        let done = world.operate(command, wish).await;
        assert_eq!(done.status, StatusCode::OK, "{command}");
    }
    world.put_back(span);
    assert!(!is_good(&new).await);
    assert!(is_good(&bearer().await).await);
}

/// Another session of John's, and what it made for the two contracts.
async fn outfit(world: &World) -> (String, [(&'static str, String); 2]) {
    let session = world.log_in("John").await;
    let made = [
        ("/bearer", signed(world, &session, "bearer").await),
        ("/rds", signed(world, &session, "rds-session").await),
    ];
    (session, made)
}

async fn what_a_session_made_ends_with_it(backend: Backend) {
    let env = [("LATCHKEY_USERS__SESSIONS_PER_USER", "3")];
    let world = World::with(backend, &env);
    world.account("John").await;
    let kept = world.log_in("John").await;
    for how in ["logout", "elsewhere", "cap", "password", "lock", "expiry"] {
        let (session, made) = outfit(&world).await;
        for (path, token) in &made {
            assert_eq!(status(&world, path, token).await, 200, "{how} {path}");
        }
        match how {
            "logout" => {
                let answer = world
                    .post("/api/user/logout", Some(&session), json!({}))
                    .await;
                answer.assert_empty_success();
                for name in ["t", "rds-session"] {
                    assert_eq!(answer.cookie(name).as_deref(), Some(""), "{name}");
                }
            }
            "elsewhere" => {
                let (_, id) = world.sessions(&session).await;
                let path = format!("/api/user/sessions/{id}");
                world
                    .delete(&path, Some(&kept))
                    .await
                    .assert_empty_success();
            }
            "cap" => {
                assert!(world.is_live(&session).await);
                for _ in 0..3 {
                    world.advance(Duration::from_secs(1));
                    assert!(world.is_live(&kept).await);
                    world.log_in("John").await;
                }
            }
            "password" => {
                let same = json!({"oldPassword": PASSWORD, "newPassword": PASSWORD});
                let answer = world.post("/api/user/password", Some(&kept), same).await;
                answer.assert_empty_success();
            }
            "lock" => {
                world.operate("lock", json!({"username": "John"})).await;
                world.operate("unlock", json!({"username": "John"})).await;
            }
            _ => world.advance(Duration::from_hours(169)),
        }
        assert!(!world.is_live(&session).await, "{how}");
        for (path, token) in &made {
            assert_eq!(status(&world, path, token).await, 461, "{how} {path}");
        }
    }
    // What the operator made belongs to no session.
    let wish = json!({"username": "John", "kind": "rds-session"});
    let by_operator = text(&world.operate("token", wish).await.json()["token"]);
    world.advance(Duration::from_hours(169));
    assert_eq!(status(&world, "/rds", &by_operator).await, 200);
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

async fn drills_are_over_before_they_begin(backend: Backend) {
    let world = World::new(backend);
    world.account("John").await;
    for (life, wanted) in [
        (json!(null), 200),
        (json!(5), 200),
        (json!(0), 461),
        (json!(-1), 461),
    ] {
        let wish = json!({"username": "john", "kind": "bearer", "expires_in_s": life});
        let made = world.operate("token", wish).await.json();
        assert_eq!(
            status(&world, "/bearer", &text(&made["token"])).await,
            wanted,
            "{life}"
        );
    }
    for wish in [
        json!({"username": "john", "kind": "bearer", "expires_in_s": i64::MAX}),
        json!({"username": "john", "kind": "t"}),
    ] {
        assert_eq!(
            world.operate("token", wish).await.status,
            StatusCode::BAD_REQUEST
        );
    }
    let wish = json!({"username": "nobody", "kind": "bearer"});
    assert_eq!(
        world.operate("token", wish).await.status,
        StatusCode::NOT_FOUND
    );
}
