//! `/api/user/password`, and hashes.

use actix_web::http::StatusCode;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::{PASSWORD, World};

both_databases!(
    a_changed_password_ends_the_other_sessions,
    refused_changes_change_nothing,
    of_two_changes_at_once_one_wins,
    no_session_begins_with_a_password_that_was_just_changed,
    cheap_hashes_are_exchanged_at_login,
    hashes_of_typed_bytes_are_exchanged_at_login,
    weak_passwords_are_refused_unless_the_setting_lets_them,
);

/// What a release before this one has made of a password: it hashed the bytes that were typed.
fn hash_of_old(typed: &str) -> String {
    const SALT: [u8; 16] = [7; 16];
    let params = Params::new(64, 1, 1, Some(32)).unwrap();
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(typed.as_bytes(), &SALT, &mut hash)
        .unwrap();
    let [salt, hash] = [&SALT[..], &hash].map(|bytes| STANDARD_NO_PAD.encode(bytes));
    format!("$argon2id$v=19$m=64,t=1,p=1${salt}${hash}")
}

async fn hashes_of_typed_bytes_are_exchanged_at_login(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let (typed, composed) = ("Zu\u{308}rich\u{a0}1", "Z\u{fc}rich 1");
    let old = hash_of_old(typed);
    let sql = format!("UPDATE accounts SET password_hash = '{old}'");
    world.db.change(move |conn| conn.batch(&sql)).await.unwrap();
    for (password, status) in [
        (composed, StatusCode::UNAUTHORIZED),
        (typed, StatusCode::OK),
        // The first login has exchanged the hash.
        (composed, StatusCode::OK),
        (typed, StatusCode::OK),
    ] {
        let answer = world.try_log_in("John11", password).await;
        assert_eq!(answer.status, status, "{password:?}");
    }
    let stored = world
        .cells("SELECT password_hash AS cell FROM accounts")
        .await;
    assert_ne!(stored, [old]);
}

async fn weak_passwords_are_refused_unless_the_setting_lets_them(backend: Backend) {
    let world = World::new(backend);
    world.account("Annabella").await;
    let token = world.log_in("Annabella").await;
    let weak = ["password", "PASSWORD1", "annabella", "Annabella2024!"];
    for password in weak {
        let change = json!({"oldPassword": PASSWORD, "newPassword": password});
        let answer = world.post("/api/user/password", Some(&token), change).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{password}");
        let said = answer.json();
        assert!(
            said["type"]
                .as_str()
                .unwrap()
                .ends_with("/insecure-password"),
            "{said}"
        );
        assert!(
            said["detail"].as_str().unwrap().contains("guessed first"),
            "{said}"
        );
        for (command, wish) in [
            (
                "create",
                json!({"username": "annabella", "password": password, "is_super_user": true}),
            ),
            (
                "set-password",
                json!({"username": "annabella", "password": password}),
            ),
        ] {
            let answer = world.operate(command, wish).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{command} {password}"
            );
            let said = answer.json();
            assert!(
                said["error"].as_str().unwrap().contains("guessed first"),
                "{said}"
            );
        }
    }
    world.log_in("Annabella").await;
    let world = world.restarted(&[("LATCHKEY_USERS__REFUSES_WEAK_PASSWORDS", "false")]);
    for password in weak {
        let wish = json!({"username": "annabella", "password": password});
        let answer = world.operate("set-password", wish).await;
        assert_eq!(answer.status, StatusCode::OK, "{password}");
        assert_eq!(
            world.try_log_in("Annabella", password).await.status,
            StatusCode::OK
        );
    }
}

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
