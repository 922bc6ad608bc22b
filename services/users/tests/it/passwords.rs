//! `/api/user/password`, and hashes.

use actix_web::http::StatusCode;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::{PASSWORD, World};

both_databases!(
    a_changed_password_ends_the_other_sessions,
    refused_changes_change_nothing,
    of_two_changes_at_once_one_wins,
    no_session_begins_with_a_password_that_was_just_changed,
    cheap_hashes_are_exchanged_at_login,
);

const OTHER: &str = "another password";

async fn a_changed_password_ends_the_other_sessions(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let (mine, other) = (world.log_in("John11").await, world.log_in("John11").await);
    let change = json!({"oldPassword": PASSWORD, "newPassword": OTHER});
    world
        .post("/api/user/password", Some(&mine), change)
        .await
        .assert_empty_success();
    assert!(world.is_live(&mine).await && !world.is_live(&other).await);
    assert_eq!(
        world.try_log_in("John11", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        world.try_log_in("John11", OTHER).await.status,
        StatusCode::OK
    );
}

async fn refused_changes_change_nothing(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let long = "x".repeat(257);
    let refusals = [
        (
            json!({"oldPassword": "wrong one", "newPassword": OTHER}),
            401,
            "invalid-credentials",
        ),
        (
            json!({"oldPassword": PASSWORD, "newPassword": "short"}),
            400,
            "insecure-password",
        ),
        (
            json!({"oldPassword": PASSWORD, "newPassword": long}),
            400,
            "insecure-password",
        ),
        (
            json!({"oldPassword": PASSWORD}),
            400,
            "invalid-request-parameters",
        ),
        (
            json!({"oldPassword": PASSWORD, "newPassword": 12_345_678}),
            400,
            "invalid-request-parameters",
        ),
    ];
    for (body, status, problem) in refusals {
        let answer = world.post("/api/user/password", Some(&token), body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (status, problem)
        );
        assert_eq!(answer.set_cookie(), None);
    }
    let change = json!({"oldPassword": PASSWORD, "newPassword": OTHER});
    let answer = world.post("/api/user/password", None, change).await;
    assert_eq!(
        (answer.status.as_u16(), answer.problem().as_str()),
        (401, "unauthorized")
    );
    world.log_in("John11").await;
}

async fn of_two_changes_at_once_one_wins(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let answers = race(8, |n| {
        let change =
            json!({"oldPassword": PASSWORD, "newPassword": format!("password number {n}")});
        world.post("/api/user/password", Some(&token), change)
    })
    .await;
    let won: Vec<usize> = (0..8)
        .filter(|n| answers[*n].status == StatusCode::OK)
        .collect();
    assert_eq!(won.len(), 1);
    let holds = format!("password number {}", won[0]);
    assert_eq!(
        world.try_log_in("John11", &holds).await.status,
        StatusCode::OK
    );
}

async fn no_session_begins_with_a_password_that_was_just_changed(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    for round in 0..10 {
        let token = world.log_in("John11").await;
        let change = json!({"oldPassword": PASSWORD, "newPassword": OTHER});
        let (changed, logins) = tokio::join!(
            world.post("/api/user/password", Some(&token), change),
            race(4, |_| world.try_log_in("John11", PASSWORD)),
        );
        changed.assert_empty_success();
        for login in logins {
            if let Some(old) = login.cookie("t") {
                assert!(!world.is_live(&old).await, "round {round}");
            }
        }
        world
            .operate(
                "set-password",
                json!({"username": "John11", "password": PASSWORD}),
            )
            .await;
    }
}

async fn cheap_hashes_are_exchanged_at_login(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    assert!(hash(&world).await.contains("$m=64,t=1,p=1$"));
    let dearer = [("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "128")];
    let world = world.restarted(&dearer);
    world.try_log_in("John11", "wrong password").await;
    assert!(hash(&world).await.contains("$m=64,t=1,p=1$"));
    world.log_in("John11").await;
    let exchanged = hash(&world).await;
    assert!(exchanged.contains("$m=128,t=1,p=1$"));
    // A cost that sank again is no reason to weaken a hash.
    let world = world.restarted(&[]);
    world.log_in("John11").await;
    assert_eq!(hash(&world).await, exchanged);
}

async fn hash(world: &World) -> String {
    let sql = "SELECT password_hash AS cell FROM accounts WHERE username_folded = 'john11'";
    world.cells(sql).await.remove(0)
}
