//! Whoever keeps a stream for a session hears of its end before the call that ended it is answered.

use std::time::Duration;

use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::json;

use crate::world::{PASSWORD, World};

both_databases!(
    every_end_is_heard_before_the_answer,
    an_expired_session_is_reported,
);

async fn every_end_is_heard_before_the_answer(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let heard = world.hear();

    let token = world.log_in("John11").await;
    let (_, own) = world.sessions(&token).await;
    world
        .post("/api/user/logout", Some(&token), json!({}))
        .await
        .assert_empty_success();
    assert_eq!(heard.take(), [own]);

    let (one, two) = (world.log_in("John11").await, world.log_in("John11").await);
    let ((ids, first), (_, second)) = (world.sessions(&one).await, world.sessions(&two).await);
    assert_eq!(ids, [first, second]);
    world
        .delete(&format!("/api/user/sessions/{second}"), Some(&one))
        .await;
    assert_eq!(heard.take(), [second]);

    let three = world.log_in("John11").await;
    let (_, third) = world.sessions(&three).await;
    let change = json!({"oldPassword": PASSWORD, "newPassword": "another password"});
    let answer = world.post("/api/user/password", Some(&three), change).await;
    answer.assert_empty_success();
    assert_eq!(heard.take(), [first]);

    world
        .operate(
            "set-password",
            json!({"username": "John11", "password": PASSWORD}),
        )
        .await;
    assert_eq!(heard.take(), [third]);

    let (_, fourth) = world.sessions(&world.log_in("John11").await).await;
    world.operate("lock", json!({"username": "John11"})).await;
    assert_eq!(heard.take(), [fourth]);
}

async fn an_expired_session_is_reported(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_USERS__PURGE_PERIOD_S", "1")]);
    world.account("John11").await;
    let heard = world.hear();
    let (_, own) = world.sessions(&world.log_in("John11").await).await;
    let jobs = world.start_jobs();
    world.advance(Duration::from_hours(24 * 8));
    let ended = eventually(Duration::from_secs(5), "the end of the session", || async {
        Some(heard.take()).filter(|ids| !ids.is_empty())
    })
    .await;
    assert_eq!(ended, [own]);
    jobs.stop().await;
}
