//! Signed tokens.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{contracts, make, person, signed, status, text};
use crate::world::{PASSWORD, World};

both_databases!(
    each_credential_is_good_in_its_contract_alone,
    a_lock_and_a_password_end_signed_tokens,
    tokens_end_whatever_the_clock_says,
    what_a_session_made_ends_with_it,
    drills_are_over_before_they_begin,
);

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
