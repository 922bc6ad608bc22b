//! Accounts that are deleted.

use actix_web::http::StatusCode;
use latchkey_common::auth::UserId;
use latchkey_peers::users::{CreateAccountError, DELETED, Part};
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use crate::browse::{open, submit, text};
use crate::people::{JOHN, Place};
use crate::world::{Answer, PASSWORD, World, ask};

both_databases!(
    a_person_deletes_the_own_account,
    a_wrong_password_deletes_nothing_and_is_counted,
    somebody_always_looks_after_the_place,
    a_super_user_and_the_operator_delete_accounts,
    of_several_deletions_at_once_one_is_done,
    whoever_is_gone_already_is_told_so,
);

const PARTS: [Part; 3] = [Part::Channels, Part::Invitations, Part::Discord];

async fn delete(world: &World, token: &str, password: &str) -> Answer {
    let fields = [("confirm", password)];
    submit(world, "/settings/delete", &format!("t={token}"), &fields).await
}

async fn newest(world: &World) -> Value {
    let log = world.operate("audit", json!({"limit": 1})).await;
    log.json()["entries"][0].clone()
}

async fn a_person_deletes_the_own_account(backend: Backend) {
    let world = World::new(backend);
    let john = world.account(JOHN).await;
    let email = json!({"username": JOHN, "email": "john@example.org"});
    assert_eq!(
        world.operate("set-email", email).await.status,
        StatusCode::OK
    );
    let (own, other) = (world.log_in(JOHN).await, world.log_in(JOHN).await);
    let wanted = json!({"username": JOHN, "scopes": "namespace:read", "name": "robot"});
    let made = world.operate("api-token", wanted).await;
    assert_eq!(made.status, StatusCode::OK, "{:?}", made.json());
    let link = world.operate("reset-link", json!({"username": JOHN})).await;
    let link = link.json()["link"].as_str().unwrap().to_owned();
    let heard = world.hear();

    let page = open(&world, "/settings/delete", &format!("t={own}")).await;
    let said = text(&page);
    assert!(
        said.contains("sessions: 2") && said.contains("tokens: 1"),
        "{said}"
    );
    assert!(
        text(&open(&world, "/settings", &format!("t={own}")).await).contains("/settings/delete")
    );

    let done = delete(&world, &own, PASSWORD).await;
    assert_eq!(done.status, StatusCode::OK, "{}", text(&done));
    assert!(text(&done).contains("Your account is deleted"));
    assert_eq!(done.cookie("t").as_deref(), Some(""));
    assert!(!text(&done).contains(JOHN), "{}", text(&done));

    // Nothing made of the account is good any more.
    assert_eq!(heard.take().len(), 2);
    assert!(!world.is_live(&own).await && !world.is_live(&other).await);
    for query in [
        "SELECT name AS cell FROM api_tokens",
        "SELECT CAST(id AS TEXT) AS cell FROM reset_links",
        "SELECT email AS cell FROM accounts WHERE email IS NOT NULL",
        "SELECT password_hash AS cell FROM accounts WHERE password_hash <> ''",
        "SELECT username AS cell FROM accounts WHERE username <> 'deleted person'",
    ] {
        assert_eq!(world.cells(query).await, Vec::<String>::new(), "{query}");
    }
    assert_eq!(
        world.try_log_in(JOHN, PASSWORD).await.status,
        StatusCode::UNAUTHORIZED
    );
    let (_, secret) = link.rsplit_once('/').unwrap();
    let reset = open(&world, &format!("/reset/{secret}"), "").await;
    assert_eq!(reset.status, StatusCode::NOT_FOUND);

    // Whoever knows the number sees that somebody was there, and nobody finds them.
    let seen = world.users.by_ids(vec![john.id]).await.unwrap().remove(0);
    assert_eq!((seen.username.as_str(), seen.email), (DELETED, None));
    assert!(seen.is_locked && !seen.is_super_user);
    assert_eq!(seen.uuid, john.uuid);
    for name in [JOHN, DELETED, "john@example.org"] {
        assert_eq!(
            world.users.by_handle(name.to_owned()).await.unwrap(),
            None,
            "{name}"
        );
        let shown = world.operate("show", json!({"username": name})).await;
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{name}");
    }
    assert_eq!(
        world.operate("list", json!({})).await.json()["users"],
        json!([])
    );

    // The row says who, by number and by name.
    let row = newest(&world).await;
    assert_eq!(
        (&row["what"], &row["who"]),
        (
            &json!("account-deleted"),
            &json!(format!("acc_{}", john.id.0))
        ),
        "{row}"
    );

    // The name is kept until every part is forgotten.
    for part in PARTS {
        assert_eq!(world.users.departed(part).await.unwrap(), [john.id]);
        let again = world.users.create_account(ask(JOHN)).await;
        assert!(
            matches!(again, Err(CreateAccountError::UsernameTaken)),
            "{again:?}"
        );
        let made = world.operate("create", json!({"username": JOHN})).await;
        assert_eq!(made.status, StatusCode::CONFLICT);
        // Said twice, as after a crash.
        world.users.forgotten(part, john.id).await.unwrap();
        world.users.forgotten(part, john.id).await.unwrap();
    }
    let next = world.account(JOHN).await;
    assert_ne!(next.id, john.id);
    assert!(!world.log_in(JOHN).await.is_empty());
    let nobody = world.users.create_account(ask("Deleted Person")).await;
    assert!(
        matches!(nobody, Err(CreateAccountError::UsernameReserved)),
        "{nobody:?}"
    );

    // For a minute stragglers are looked for, and then no more.
    assert_eq!(
        world.users.departed(Part::Channels).await.unwrap(),
        [john.id]
    );
    world.advance(std::time::Duration::from_secs(61));
    assert_eq!(
        world.users.departed(Part::Channels).await.unwrap(),
        Vec::<UserId>::new()
    );
}

async fn a_wrong_password_deletes_nothing_and_is_counted(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_RATE_LIMITS", "on")]);
    world.account(JOHN).await;
    let own = world.log_in(JOHN).await;
    let empty = delete(&world, &own, "").await;
    assert_eq!(empty.status, StatusCode::BAD_REQUEST, "{}", text(&empty));
    for _ in 0..10 {
        let wrong = delete(&world, &own, "not the password").await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN, "{}", text(&wrong));
        assert!(text(&wrong).contains("This is not your password."));
        assert!(!text(&wrong).contains("not the password"));
    }
    let many = delete(&world, &own, PASSWORD).await;
    assert_eq!(
        many.status,
        StatusCode::TOO_MANY_REQUESTS,
        "{}",
        text(&many)
    );
    assert!(world.is_live(&own).await);
    let nobody = delete(&world, "", PASSWORD).await;
    assert_ne!(nobody.status, StatusCode::OK);
    assert_eq!(
        world.users.departed(Part::Channels).await.unwrap(),
        Vec::<UserId>::new()
    );
}

async fn somebody_always_looks_after_the_place(backend: Backend) {
    let world = World::new(backend);
    world.account(JOHN).await;
    world.operate("promote", json!({"username": JOHN})).await;
    let own = world.log_in(JOHN).await;
    let last = delete(&world, &own, PASSWORD).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "{}", text(&last));
    assert!(text(&last).contains("nobody else looks after this place"));
    let refused = world.operate("delete", json!({"username": JOHN})).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(world.is_live(&own).await);
    world.account("Peter1").await;
    world
        .operate("promote", json!({"username": "Peter1"}))
        .await;
    // Of two who go at once one stays.
    let peter = world.log_in("Peter1").await;
    let (one, two) = tokio::join!(
        delete(&world, &own, PASSWORD),
        delete(&world, &peter, PASSWORD)
    );
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    assert!(world.users.has_super_user().await.unwrap());
}

async fn a_super_user_and_the_operator_delete_accounts(backend: Backend) {
    let place = Place::new(backend).await;
    let token = place.world.log_in(JOHN).await;
    let done = place.act("delete", "asked for by letter").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", text(&done));
    assert!(!place.world.is_live(&token).await);
    let row = place.newest().await;
    assert_eq!(
        (&row["what"], &row["why"]),
        (&json!("account-deleted"), &json!("asked for by letter")),
        "{row}"
    );
    let page = text(
        &place
            .open(&format!("/people/acc_{}?done=delete", place.john))
            .await,
    );
    assert!(page.contains("<h1>deleted person</h1>"), "{page}");
    assert!(page.contains("The account is deleted."), "{page}");
    assert!(
        !page.contains("value=\"unlock\"") && !page.contains(JOHN),
        "{page}"
    );
    // Nothing wakes it up.
    for act in ["unlock", "promote", "reset-link", "delete"] {
        assert_eq!(
            place.act(act, "").await.status,
            StatusCode::NOT_FOUND,
            "{act}"
        );
    }
    place.world.account("Peter1").await;
    let gone = place
        .world
        .operate("delete", json!({"username": "peter1", "reason": "spam"}))
        .await;
    assert_eq!(gone.status, StatusCode::OK);
    assert_eq!(gone.json()["username"], json!(DELETED));
    let twice = place
        .world
        .operate("delete", json!({"username": "Peter1"}))
        .await;
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
}

async fn of_several_deletions_at_once_one_is_done(backend: Backend) {
    let world = World::new(backend);
    let john = world.account(JOHN).await;
    let own = world.log_in(JOHN).await;
    let all = futures_util::future::join_all((0..4).map(|_| delete(&world, &own, PASSWORD))).await;
    // Whoever is asked to sign in came later.
    for one in &all {
        let is_told = text(one).contains("Your account is deleted");
        match one.status {
            StatusCode::OK => assert!(is_told && one.cookie("t").as_deref() == Some("")),
            status => assert_eq!(status, StatusCode::SEE_OTHER, "{}", text(one)),
        }
    }
    assert!(all.iter().any(|one| one.status == StatusCode::OK));
    let deleted = "SELECT verb AS cell FROM audit WHERE verb = 'account-deleted'";
    assert_eq!(world.cells(deleted).await.len(), 1);
    assert_eq!(
        world.users.departed(Part::Discord).await.unwrap(),
        [john.id]
    );
}

/// Another process has deleted the account, and this one still knows the session as it was.
async fn whoever_is_gone_already_is_told_so(backend: Backend) {
    let world = World::new(backend);
    let john = world.account(JOHN).await;
    let cookies = format!("t={}", world.log_in(JOHN).await);
    let read = open(&world, "/settings/delete", &cookies).await;
    assert_eq!(read.status, StatusCode::OK);
    let sql = format!(
        "UPDATE accounts SET left_at = 1, is_locked = TRUE, password_hash = '' WHERE id = {}",
        john.id
    );
    let change = world.db.write(move |conn| {
        conn.batch(&sql)?;
        Ok::<_, latchkey_common::fault::Fault>(())
    });
    change.await.unwrap();
    let fields = [("confirm", PASSWORD)];
    let done = submit(&world, "/settings/delete", &cookies, &fields).await;
    assert_eq!(done.status, StatusCode::OK, "{}", text(&done));
    assert!(text(&done).contains("Your account is deleted"));
    assert_eq!(done.cookie("t").as_deref(), Some(""));
}
