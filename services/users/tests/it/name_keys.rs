//! Names are the same when people cannot tell them apart; and what accounts of old databases are found by is
//! made anew, with every account kept and found.

use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_peers::users::{CreateAccount, CreateAccountError};
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::world::{PASSWORD, World, ask};

both_databases!(
    what_is_not_seen_makes_no_other_name,
    a_blank_behind_a_name_is_forgiven_where_somebody_is_named,
    keys_of_old_are_made_anew,
    a_newer_rule_is_a_pending_migration,
    reserved_names_are_for_those_who_look_after_the_place,
);

async fn reserved_names_are_for_those_who_look_after_the_place(backend: Backend) {
    let world = World::new(backend);
    for name in ["admin", "Root", "SUPPORT", "sys\u{fe0f}tem"] {
        let refused = world.users.create_account(ask(name)).await;
        assert!(
            matches!(refused, Err(CreateAccountError::UsernameReserved)),
            "{name:?}"
        );
    }
    let first = CreateAccount {
        is_super_user: true,
        ..ask("admin")
    };
    world.users.create_account(first).await.unwrap();
    let made = world
        .operate("create", json!({"username": "Support"}))
        .await;
    assert_eq!(made.status, StatusCode::OK);
    let world = world.restarted(&[("LATCHKEY_USERS__RESERVED_NAMES", "mayor, the owner")]);
    world.account("root").await;
    let refused = world.users.create_account(ask("The  Owner")).await;
    assert!(matches!(refused, Err(CreateAccountError::UsernameReserved)));
}

async fn what_is_not_seen_makes_no_other_name(backend: Backend) {
    let world = World::new(backend);
    let anna = world.account("anna b").await;
    for twin in [
        "anna b\u{fe0f}",
        "an\u{fe0e}na b",
        "anna\u{34f} b",
        "anna  b",
        "anna\u{a0}\u{3000}b",
        "anna b\u{e0100}",
        "anna b\u{3164}",
        "anna b\u{ffa0}",
    ] {
        let made = world.users.create_account(ask(twin)).await;
        assert!(
            matches!(made, Err(CreateAccountError::UsernameTaken)),
            "{twin:?}"
        );
        let found = world.users.by_username(twin.to_owned()).await.unwrap();
        assert_eq!(found.unwrap().id, anna.id, "{twin:?}");
        world.log_in(twin).await;
    }
}

async fn a_blank_behind_a_name_is_forgiven_where_somebody_is_named(backend: Backend) {
    let world = World::new(backend);
    let anna = world.account("anna").await;
    let email = json!({"username": "anna ", "email": "anna@example.org"});
    world.operate("set-email", email).await;
    for name in ["anna ", "anna  ", "anna\u{a0}", "ANNA\u{3000}"] {
        world.log_in(name).await;
        let found = world.users.by_handle(name.to_owned()).await.unwrap();
        assert_eq!(found.unwrap().id, anna.id, "{name:?}");
    }
    let found = world.users.by_handle("anna@example.org ".to_owned()).await;
    assert_eq!(found.unwrap().unwrap().id, anna.id);
}

/// What the release before has stored of an account: its name, and what that was compared by.
async fn was_called(world: &World, id: i64, name: &str, key: &str) {
    let sql = format!(
        "UPDATE accounts SET username = '{name}', username_folded = '{key}' WHERE id = {id}"
    );
    world.db.change(move |conn| conn.batch(&sql)).await.unwrap();
}

async fn keys_of_old_are_made_anew(backend: Backend) {
    let world = World::new(backend);
    let old = [
        ("Anna\u{fe0f}", "anna\u{fe0f}"),
        ("anna", "anna"),
        ("Karl  Otto", "karl  otto"),
        ("Bert\u{fe0e}", "bert\u{fe0e}"),
        ("bert\u{fe0f}", "bert\u{fe0f}"),
        (
            "\u{3164}\u{3164}\u{3164}\u{3164}",
            "\u{1160}\u{1160}\u{1160}\u{1160}",
        ),
    ];
    let mut ids = Vec::new();
    for (at, (name, key)) in old.iter().enumerate() {
        let id = world.account(&format!("account {at}")).await.id;
        was_called(&world, id.0, name, key).await;
        ids.push(id);
    }
    let email = "UPDATE accounts SET email = 'K\u{fe0f}@b', email_folded = 'k\u{fe0f}@b' WHERE username = 'Karl  Otto'; \
                 UPDATE name_keys SET rule = 1";
    world
        .db
        .change(move |conn| conn.batch(email))
        .await
        .unwrap();
    let world = world.restarted(&[]);
    let keys = world
        .cells("SELECT username_folded AS cell FROM accounts ORDER BY id")
        .await;
    assert_eq!(
        keys,
        [
            "anna\u{fe0f}",
            "anna",
            "karl otto",
            "bert",
            "bert\u{fe0f}",
            "\u{1160}\u{1160}\u{1160}\u{1160}"
        ]
    );
    for ((name, _), id) in old.iter().zip(&ids) {
        let found = world.users.by_username((*name).to_owned()).await.unwrap();
        assert_eq!(found.unwrap().id, *id, "{name:?}");
        let answer = world.try_log_in(name, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{name:?}");
        assert_eq!(answer.json()["userId"], id.0, "{name:?}");
    }
    for (called, id) in [
        ("ANNA", ids[1]),
        ("an\u{fe0e}na", ids[1]),
        ("karl otto", ids[2]),
        ("bert", ids[3]),
        ("k@B", ids[2]),
    ] {
        let found = world.users.by_handle(called.to_owned()).await.unwrap();
        assert_eq!(found.unwrap().id, id, "{called:?}");
    }
    // Who is found by the exact spelling alone can be locked by it, and nobody else is.
    world
        .operate("lock", json!({"username": "Anna\u{fe0f}"}))
        .await;
    world.log_in("anna").await;
    let answer = world.try_log_in("Anna\u{fe0f}", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

async fn a_newer_rule_is_a_pending_migration(backend: Backend) {
    let world = World::new(backend);
    let pending =
        || latchkey_common::db::Db::pending(world.test_db.settings(), latchkey_users::MIGRATIONS);
    assert_eq!(pending().unwrap(), 0);
    let older = "UPDATE name_keys SET rule = 1";
    let done: Result<(), Fault> = world.db.change(move |conn| conn.batch(older)).await;
    done.unwrap();
    assert_eq!(pending().unwrap(), 1);
}
