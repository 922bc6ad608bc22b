//! Whoever keeps a stream for a session hears of its end before the call that ended it is answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use latchkey_common::auth::{Resolved, SessionId};
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_testing::db::TestDb;
use latchkey_testing::{Backend, both_databases, eventually};
use latchkey_users::MIGRATIONS;
use latchkey_users::app::App;
use latchkey_users::app::kept_answers::Answers;
use latchkey_users::app::session::end::end_session;
use latchkey_users::app::session::log_in::{LogIn, log_in};
use latchkey_users::app::session::resolve::resolve_session;
use serde_json::json;

use crate::harness::{PASSWORD, World, master_key, settings};

both_databases!(
    every_end_is_heard_before_the_answer,
    an_expired_session_is_reported,
    a_caller_that_leaves_does_not_silence_the_end,
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

async fn a_caller_that_leaves_does_not_silence_the_end(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let (app, heard) = bare(&world.test_db);
    let session = log_in(
        &app,
        LogIn {
            username: "John11".to_owned(),
            password: Secret::new(PASSWORD),
            user_agent: None,
        },
    )
    .await
    .unwrap();
    let hash = TokenHash::of(session.token.expose());
    let Resolved { caller, .. } = resolve_session(&app, &hash, Answers::Kept)
        .await
        .unwrap()
        .unwrap();

    // The call is begun, its unit of work is queued, and the caller is gone.
    let mut call = Box::pin(end_session(&app, caller.user, caller.session));
    assert!((&mut call).now_or_never().is_none());
    drop(call);

    eventually(Duration::from_secs(5), "the report", || async {
        app.report_overdue_sessions().await.unwrap();
        let is_told = *heard.lock().unwrap() == [caller.session];
        is_told.then_some(())
    })
    .await;
    assert!(
        resolve_session(&app, &hash, Answers::Kept)
            .await
            .unwrap()
            .is_none()
    );
}

fn bare(test_db: &TestDb) -> (App, Arc<Mutex<Vec<SessionId>>>) {
    let settings = settings(&[]);
    let own = settings.table().unwrap();
    let app = App::new(
        own,
        &settings.edge().unwrap(),
        test_db.open(MIGRATIONS),
        master_key(),
    )
    .unwrap();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    app.on_sessions_ended(Arc::new(move |ids| {
        ear.lock().unwrap().extend(ids.iter().copied());
    }));
    (app, heard)
}
