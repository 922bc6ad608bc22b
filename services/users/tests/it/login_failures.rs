//! Guessing passwords.

use std::time::Duration;

use actix_web::http::StatusCode;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::{PASSWORD, World};

both_databases!(
    a_name_that_fails_too_often_waits,
    a_right_password_starts_afresh,
    guesses_at_once_do_not_outrun_the_count,
    wrong_old_passwords_count_too,
    thirty_at_once_are_never_refused,
);

/// Limits on, but no limit by address.
const LIMITED: [(&str, &str); 2] = [
    ("LATCHKEY_RATE_LIMITS", "on"),
    ("LATCHKEY_LIMITS__LOGIN__COUNT", "10000"),
];

async fn a_name_that_fails_too_often_waits(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    // A name that nobody has behaves like one that somebody has.
    for name in ["John11", "nobody at all"] {
        for _ in 0..10 {
            let answer = world.try_log_in(name, "wrong password").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        }
        let answer = world.try_log_in(&name.to_uppercase(), PASSWORD).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.problem(), "too-many-requests");
        let wait = answer.headers.get("retry-after").unwrap().to_str().unwrap();
        assert!((1..=60).contains(&wait.parse::<u64>().unwrap()), "{wait}");
    }
    // The window is short, and it does not begin again with each try.
    world.advance(Duration::from_secs(61));
    world.log_in("John11").await;
}

async fn a_right_password_starts_afresh(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    for _ in 0..3 {
        for _ in 0..9 {
            world.try_log_in("John11", "wrong password").await;
        }
        world.log_in("John11").await;
    }
}

async fn guesses_at_once_do_not_outrun_the_count(backend: Backend) {
    let env = [
        &LIMITED[..],
        &[("LATCHKEY_USERS__PASSWORD_HASHES_AT_ONCE", "2")],
    ]
    .concat();
    let world = World::with(backend, &env);
    world.account("John11").await;
    let answers = race(60, |_| world.try_log_in("John11", "wrong password")).await;
    let tried = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::UNAUTHORIZED);
    let tried = tried.count();
    assert!((10..=11).contains(&tried), "{tried} guesses were tried");
}

async fn wrong_old_passwords_count_too(backend: Backend) {
    let world = World::with(backend, &LIMITED);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let change = |old: &str| json!({"oldPassword": old, "newPassword": "another password"});
    for _ in 0..10 {
        let answer = world
            .post("/api/user/password", Some(&token), change("a guess"))
            .await;
        assert_eq!(answer.problem(), "invalid-credentials");
    }
    let answer = world
        .post("/api/user/password", Some(&token), change(PASSWORD))
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(world.is_live(&token).await);
}

async fn thirty_at_once_are_never_refused(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let answers = race(60, |n| {
        let world = &world;
        async move {
            let password = if n % 2 == 0 {
                PASSWORD
            } else {
                "wrong password"
            };
            (n, world.try_log_in("John11", password).await.status)
        }
    })
    .await;
    for (n, status) in answers {
        let expected = if n % 2 == 0 {
            StatusCode::OK
        } else {
            StatusCode::UNAUTHORIZED
        };
        assert_eq!(status, expected);
    }
}
