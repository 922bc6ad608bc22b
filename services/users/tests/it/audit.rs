//! The audit log: what the operator and super users did, told by the service that did it.

use std::time::Duration;

use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

both_databases!(
    each_act_is_a_row,
    what_changes_nothing_leaves_no_row,
    an_act_and_its_row_stand_or_fall_together,
    rows_are_looked_for,
    old_rows_go,
);

const JOHN: &str = "John11";

fn named(username: &str) -> Value {
    json!({"username": username})
}

async fn entries(world: &World, ask: Value) -> Vec<Value> {
    let answer = world.operate("audit", ask).await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json());
    answer.json()["entries"].as_array().unwrap().clone()
}

/// What was done, the newest first.
async fn verbs(world: &World, ask: Value) -> Vec<String> {
    let entries = entries(world, ask).await;
    let verb = |entry: &Value| entry["what"].as_str().unwrap().to_owned();
    entries.iter().map(verb).collect()
}

async fn each_act_is_a_row(backend: Backend) {
    let world = World::new(backend);
    let made = world.account(JOHN).await;
    world.account("the other").await;
    // People made these themselves.
    assert!(entries(&world, json!({})).await.is_empty());
    let john = |more: Value| {
        let mut wish = named(JOHN);
        wish.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        wish
    };
    for (command, wish, verb) in [
        ("promote", named(JOHN), "account-promoted"),
        ("promote", named("the other"), "account-promoted"),
        ("demote", named(JOHN), "account-demoted"),
        ("lock", john(json!({"reason": " spam "})), "account-locked"),
        ("unlock", named(JOHN), "account-unlocked"),
        (
            "set-email",
            john(json!({"email": "j@x.example"})),
            "email-set",
        ),
        (
            "set-password",
            john(json!({"password": PASSWORD})),
            "password-set",
        ),
        (
            "token",
            john(json!({"kind": "bearer"})),
            "signed-token-made",
        ),
        (
            "api-token",
            john(json!({"scopes": "invite:read", "name": "mine"})),
            "api-token-made",
        ),
        (
            "create",
            json!({"username": "made here", "password": PASSWORD}),
            "account-made",
        ),
        ("rotate-signing-key", json!({}), "signing-key-made"),
    ] {
        let before = entries(&world, json!({})).await.len();
        let answer = world.operate(command, wish).await;
        assert_eq!(answer.status, StatusCode::OK, "{command}");
        let all = entries(&world, json!({})).await;
        assert_eq!(all.len(), before + 1, "{command}");
        let told = all.first().unwrap();
        assert_eq!(told["what"], verb);
        assert_eq!(
            (&told["who"], &told["who_name"]),
            (&json!("operator"), &json!(""))
        );
        assert_eq!(
            (&told["way"], &told["from"]),
            (&json!("operator"), &json!("socket"))
        );
        let reason = if command == "lock" {
            json!("spam")
        } else {
            Value::Null
        };
        assert_eq!(told["why"], reason);
        assert!(told["request_id"].is_string(), "{told}");
        assert!(told["at"].as_str().unwrap().ends_with('Z'), "{told}");
    }
    let johns = entries(&world, json!({"to": "jOHN11"})).await;
    assert_eq!(johns.len(), 8, "{johns:?}");
    for told in &johns {
        let id = json!(format!("acc_{}", made.id));
        assert_eq!((&told["to"], &told["to_name"]), (&id, &json!(JOHN)));
    }
    let rows = world.cells("SELECT target_name || coalesce(reason, '') AS cell FROM audit");
    assert!(!rows.await.concat().contains(PASSWORD));
}

async fn what_changes_nothing_leaves_no_row(backend: Backend) {
    let world = World::new(backend);
    for name in [JOHN, "the other"] {
        world.account(name).await;
    }
    world.operate("promote", named(JOHN)).await;
    world.operate("lock", named("the other")).await;
    let before = verbs(&world, json!({})).await;
    assert_eq!(before, ["account-locked", "account-promoted"]);
    for (command, wish, status) in [
        ("promote", named(JOHN), 200),
        ("lock", named("the other"), 200),
        ("lock", named(JOHN), 409),
        ("demote", named(JOHN), 409),
        ("lock", json!({"username": JOHN, "reason": "a\nb"}), 400),
        ("lock", named("nobody"), 404),
        ("create", named(JOHN), 409),
        (
            "token",
            json!({"username": "the other", "kind": "bearer"}),
            409,
        ),
    ] {
        let answer = world.operate(command, wish).await;
        assert_eq!(answer.status.as_u16(), status, "{command}");
    }
    assert_eq!(verbs(&world, json!({})).await, before);
}

async fn away(world: &World, table: &'static str, is_away: bool) {
    let (from, to) = if is_away {
        (table.to_owned(), format!("{table}_away"))
    } else {
        (format!("{table}_away"), table.to_owned())
    };
    let rename = format!("ALTER TABLE {from} RENAME TO {to}");
    let change = world
        .db
        .write(move |conn| Ok::<_, Fault>(conn.batch(&rename)?));
    change.await.unwrap();
}

async fn an_act_and_its_row_stand_or_fall_together(backend: Backend) {
    let world = World::new(backend);
    world.account(JOHN).await;
    let session = world.log_in(JOHN).await;
    for table in ["events", "audit"] {
        away(&world, table, true).await;
        let failed = world.operate("lock", named(JOHN)).await;
        assert!(
            failed.status.is_server_error(),
            "{table}: {}",
            failed.status
        );
        away(&world, table, false).await;
        assert!(entries(&world, json!({})).await.is_empty(), "{table}");
        assert!(world.is_live(&session).await, "{table}");
    }
    assert_eq!(world.operate("lock", named(JOHN)).await.status, 200);
    assert_eq!(verbs(&world, json!({})).await, ["account-locked"]);
}

async fn rows_are_looked_for(backend: Backend) {
    let world = World::new(backend);
    for name in [JOHN, "the other"] {
        world.account(name).await;
    }
    for name in [JOHN, "the other"] {
        for command in ["lock", "unlock"] {
            world.operate(command, named(name)).await;
        }
    }
    world.advance(Duration::from_hours(1));
    world.operate("lock", named(JOHN)).await;
    for (ask, count) in [
        (json!({}), 5),
        (json!({"to": "THE OTHER"}), 2),
        (json!({"to": "acc_1"}), 3),
        (json!({"to": "acc_1", "what": "account-locked"}), 2),
        (json!({"who": "operator"}), 5),
        (json!({"who": "acc_1"}), 0),
        (json!({"who": JOHN}), 0),
        (json!({"within_s": 1800}), 1),
        (json!({"who": "", "what": "", "to": ""}), 5),
    ] {
        assert_eq!(entries(&world, ask.clone()).await.len(), count, "{ask}");
    }
    let mut pages = Vec::new();
    let mut before = Value::Null;
    loop {
        let ask = json!({"limit": 2, "before": before});
        let page = world.operate("audit", ask).await.json();
        let ids: Vec<i64> = page["entries"].as_array().unwrap().iter().map(id).collect();
        pages.push(ids);
        before = page["next"].clone();
        if before.is_null() {
            break;
        }
    }
    let all: Vec<i64> = entries(&world, json!({})).await.iter().map(id).collect();
    assert!(all.is_sorted_by(|newer, older| newer > older), "{all:?}");
    assert_eq!(pages.concat(), all);
    assert_eq!(pages.len(), 3);
    for bad in [
        json!({"what": "nothing"}),
        json!({"to": "a".repeat(301)}),
        json!({"other": 1}),
    ] {
        let answer = world.operate("audit", bad.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

fn id(entry: &Value) -> i64 {
    entry["id"].as_i64().unwrap()
}

async fn old_rows_go(backend: Backend) {
    let env = [
        ("LATCHKEY_USERS__PURGE_PERIOD_S", "1"),
        ("LATCHKEY_AUDIT__DAYS", "30"),
    ];
    let world = World::with(backend, &env);
    world.account(JOHN).await;
    for command in ["lock", "unlock"] {
        world.operate(command, named(JOHN)).await;
    }
    world.advance(Duration::from_hours(24 * 29));
    world.operate("lock", named(JOHN)).await;
    let jobs = world.start_jobs();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(entries(&world, json!({})).await.len(), 3);
    world.advance(Duration::from_hours(48));
    eventually(Duration::from_secs(10), "old rows gone", || async {
        (verbs(&world, json!({})).await == ["account-locked"]).then_some(())
    })
    .await;
    jobs.stop().await;
}
