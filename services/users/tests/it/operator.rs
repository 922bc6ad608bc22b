//! The operator's calls.

use actix_web::http::StatusCode;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

both_databases!(
    accounts_are_made_and_shown,
    bad_wishes_are_refused,
    addresses_are_unique,
    somebody_always_looks_after_the_place,
    super_users_cannot_unmake_each_other_at_once,
    a_locked_account_is_shut_out,
    passwords_are_set,
    all_accounts_are_listed,
);

fn named(username: &str) -> Value {
    json!({"username": username})
}

async fn accounts_are_made_and_shown(backend: Backend) {
    let world = World::new(backend);
    let wish = json!({"username": "Ada L", "email": "Ada@example.org", "is_super_user": true});
    let made = world.operate("create", wish).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.json());
    let password = made.json()["password"].as_str().unwrap().to_owned();
    assert_eq!(
        world.try_log_in("ada l", &password).await.status,
        StatusCode::OK
    );

    let shown = world.operate("show", named("ADA L")).await.json();
    assert_eq!(shown["username"], "Ada L");
    assert_eq!(shown["email"], "Ada@example.org");
    assert_eq!(shown["uuid"].as_str().unwrap().len(), 36);
    assert_eq!(
        (&shown["is_super_user"], &shown["is_locked"]),
        (&json!(true), &json!(false))
    );
    let created = shown["created_at"].as_str().unwrap();
    assert!(shown["id"].is_i64(), "{shown}");
    assert!(created.len() == 24 && created.ends_with('Z'), "{shown}");
    assert!(shown.get("password").is_none());

    let wish = json!({"username": "Bob B", "password": PASSWORD});
    let made = world.operate("create", wish).await.json();
    assert!(made.get("password").is_none());
    world.log_in("Bob B").await;
}

async fn bad_wishes_are_refused(backend: Backend) {
    let world = World::new(backend);
    world.account("somebody").await;
    let refusals = [
        ("create", json!({"username": "abc"}), 400),
        ("create", json!({"username": "a@bcd"}), 400),
        (
            "create",
            json!({"username": "good name", "password": "short"}),
            400,
        ),
        (
            "create",
            json!({"username": "good name", "email": "no address"}),
            400,
        ),
        (
            "create",
            json!({"username": "good name", "unknown": 1}),
            400,
        ),
        ("create", json!({"username": "SOMEBODY"}), 409),
        (
            "set-email",
            json!({"username": "somebody", "email": "x"}),
            400,
        ),
        ("show", named("nobody"), 404),
        ("promote", named("nobody"), 404),
        ("demote", named("nobody"), 404),
        ("lock", named("nobody"), 404),
        ("unlock", named("nobody"), 404),
        (
            "set-email",
            json!({"username": "nobody", "email": "a@b"}),
            404,
        ),
        (
            "set-password",
            json!({"username": "nobody", "password": PASSWORD}),
            404,
        ),
    ];
    for (command, wish, status) in refusals {
        let answer = world.operate(command, wish.clone()).await;
        assert_eq!(answer.status.as_u16(), status, "{command} {wish}");
        assert!(!answer.json()["error"].as_str().unwrap().is_empty());
    }
    assert_eq!(
        world
            .users
            .by_username("good name".to_owned())
            .await
            .unwrap(),
        None
    );
}

async fn addresses_are_unique(backend: Backend) {
    let world = World::new(backend);
    world.account("first one").await;
    world.account("second one").await;
    let set = |who: &str, email: &str| json!({"username": who, "email": email});
    let answer = world
        .operate("set-email", set("first one", "One@example.org"))
        .await;
    assert_eq!(answer.json()["email"], "One@example.org");
    let answer = world
        .operate("set-email", set("second one", "oNE@example.org"))
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    let wish = json!({"username": "third one", "email": "one@EXAMPLE.org"});
    let answer = world.operate("create", wish).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json()["error"].as_str().unwrap().contains("address"));
    // One's own address in another spelling is fine, and it can be given up.
    let answer = world
        .operate("set-email", set("first one", "one@example.org"))
        .await;
    assert_eq!(answer.json()["email"], "one@example.org");
    let answer = world.operate("set-email", named("first one")).await;
    assert_eq!(answer.json()["email"], Value::Null);
    let answer = world
        .operate("set-email", set("second one", "one@example.org"))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
}

async fn somebody_always_looks_after_the_place(backend: Backend) {
    let world = World::new(backend);
    for name in ["ruler one", "ruler two"] {
        world.account(name).await;
    }
    world.operate("promote", named("ruler one")).await;
    for command in ["demote", "lock"] {
        let answer = world.operate(command, named("ruler one")).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{command}");
    }
    let answer = world.operate("promote", named("ruler two")).await;
    assert_eq!(answer.json()["is_super_user"], true);
    // A locked super user looks after nothing.
    assert_eq!(
        world.operate("lock", named("ruler two")).await.status,
        StatusCode::OK
    );
    assert_eq!(
        world.operate("demote", named("ruler one")).await.status,
        StatusCode::CONFLICT
    );
    world.operate("unlock", named("ruler two")).await;
    let answer = world.operate("demote", named("ruler one")).await;
    assert_eq!(answer.json()["is_super_user"], false);
}

async fn super_users_cannot_unmake_each_other_at_once(backend: Backend) {
    let world = World::new(backend);
    let names: Vec<String> = (0..6).map(|n| format!("ruler {n}")).collect();
    for name in &names {
        world.account(name).await;
        world.operate("promote", named(name)).await;
    }
    let answers = race(6, |n| {
        let command = if n % 2 == 0 { "demote" } else { "lock" };
        world.operate(command, named(&names[n]))
    })
    .await;
    let refused = answers
        .iter()
        .filter(|answer| answer.status == StatusCode::CONFLICT);
    assert_eq!(refused.count(), 1);
}

async fn a_locked_account_is_shut_out(backend: Backend) {
    let world = World::new(backend);
    world.account("shut out").await;
    let token = world.log_in("shut out").await;
    let answer = world.operate("lock", named("shut out")).await;
    assert_eq!(answer.json()["is_locked"], true);
    assert!(!world.is_live(&token).await);
    assert_eq!(
        world.try_log_in("shut out", PASSWORD).await.problem(),
        "invalid-credentials"
    );
    let again = world.operate("lock", named("shut out")).await;
    assert_eq!(
        (again.status, &again.json()["is_locked"]),
        (StatusCode::OK, &json!(true))
    );
    let answer = world.operate("unlock", named("shut out")).await;
    assert_eq!(answer.json()["is_locked"], false);
    assert!(!world.is_live(&token).await);
    world.log_in("shut out").await;
}

async fn passwords_are_set(backend: Backend) {
    let world = World::new(backend);
    world.account("forgetful").await;
    let token = world.log_in("forgetful").await;
    let answer = world.operate("set-password", named("forgetful")).await;
    let password = answer.json()["password"].as_str().unwrap().to_owned();
    assert!(!world.is_live(&token).await);
    assert_eq!(
        world.try_log_in("forgetful", PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        world.try_log_in("forgetful", &password).await.status,
        StatusCode::OK
    );
}

async fn all_accounts_are_listed(backend: Backend) {
    let world = World::new(backend);
    for n in 0..5 {
        world.account(&format!("number {n}")).await;
    }
    let names = |list: &Value| -> Vec<String> {
        let users = list["users"].as_array().unwrap();
        users
            .iter()
            .map(|user| user["username"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = world.operate("list", json!({})).await.json();
    assert_eq!((names(&all).len(), &all["next"]), (5, &Value::Null));
    let first = world.operate("list", json!({"limit": 3})).await.json();
    let rest = world
        .operate("list", json!({"after": first["next"]}))
        .await
        .json();
    assert_eq!(names(&rest), ["number 3", "number 4"]);
}
