//! A call with an `Idempotency-Key` is made once.

use actix_web::http::Method;
use actix_web::http::header::LOCATION;
use latchkey_common::auth::UserId;
use latchkey_common::db::kept_answers::{self, LIFE};
use latchkey_contracts::v1::answer::REPLAYED;
use latchkey_peers::fake::Trouble;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::house::{House, code, id, secret};
use crate::tests::site::Answer;

both_databases!(
    of_sixteen_at_once_one_is_made,
    the_same_call_has_the_same_answer,
    another_call_is_refused,
    a_redemption_is_made_once,
    an_outcome_that_was_lost_is_told_by_the_same_key,
);

async fn keyed(house: &House, uri: &str, who: UserId, body: Value, key: &str) -> Answer {
    let header = Some(("idempotency-key", key));
    house
        .send(Method::POST, uri, Some(who), Some(body), header)
        .await
}

async fn of_sixteen_at_once_one_is_made(backend: Backend) {
    let house = House::new(backend).await;
    let body = json!({"grants": [{"type": "account"}], "max_uses": 5});
    let one = |_| keyed(&house, "/v1/invitations", house.owner, body.clone(), "k");
    let answers = race(16, one).await;
    let first = answers[0].json();
    assert!(
        answers
            .iter()
            .all(|answer| answer.status == 201 && answer.json() == first)
    );
    let again = answers
        .iter()
        .filter(|answer| answer.header(&REPLAYED) == "true");
    assert_eq!(again.count(), 15);
    let list = house.get("/v1/invitations", house.owner).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        house
            .redeem("account", secret(&first), "guest")
            .await
            .status,
        201
    );
}

/// Also when the caller could not make it any more.
async fn the_same_call_has_the_same_answer(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({"max_uses": 2})).await;
    let at = format!("/v1/invitations/{}", id(&made));
    let new = json!({"grants": [house.grant("channel")]});
    for (uri, body) in [
        ("/v1/invitations".to_owned(), new),
        (format!("{at}/secrets"), json!({"label": "x"})),
        (format!("{at}/revoke"), json!({})),
    ] {
        let first = keyed(&house, &uri, house.owner, body.clone(), "k").await;
        assert!([200, 201].contains(&first.status), "{uri}: {}", first.body);
        assert_eq!(first.header(&REPLAYED), "");
        house.world.channels.leave(house.channel, house.owner);
        let again = keyed(&house, &uri, house.owner, body, "k").await;
        assert_eq!(
            (again.status, &again.body),
            (first.status, &first.body),
            "{uri}"
        );
        assert_eq!(again.header(&REPLAYED), "true", "{uri}");
        assert_eq!(again.header(&LOCATION), first.header(&LOCATION));
        house.world.advance(LIFE * 2);
        kept_answers::purge(&house.world.app.db).await.unwrap();
    }
}

async fn another_call_is_refused(backend: Backend) {
    let house = House::new(backend).await;
    let body = json!({"grants": [{"type": "account"}]});
    let made = keyed(&house, "/v1/invitations", house.owner, body.clone(), "k").await;
    assert_eq!(made.status, 201);
    let other = json!({"grants": [{"type": "account"}], "label": "x"});
    let refused = keyed(&house, "/v1/invitations", house.owner, other, "k").await;
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (422, "idempotency-key-reused")
    );
    // Somebody else's key of the same text is another one.
    let guest = house.world.users.account("guest");
    let theirs = keyed(&house, "/v1/invitations", guest, body, "k").await;
    assert_eq!((theirs.status, theirs.header(&REPLAYED)), (201, ""));
}

async fn a_redemption_is_made_once(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    for sort in ["channel", "group", "namespace"] {
        let made = house.link(sort, json!({"max_uses": 9})).await;
        let body = json!({"secret": secret(&made)});
        let uri = "/v1/redemptions";
        let answers = race(16, |_| keyed(&house, uri, guest, body.clone(), sort)).await;
        let came: Vec<&Answer> = answers.iter().filter(|one| one.status == 201).collect();
        let running = answers
            .iter()
            .filter(|one| code(one) == "idempotency-key-in-progress");
        assert_eq!(came.len() + running.count(), 16, "{sort}");
        assert_eq!(
            came.iter()
                .filter(|one| one.header(&REPLAYED).is_empty())
                .count(),
            1
        );
        assert!(came.iter().all(|one| one.body == came[0].body), "{sort}");
        assert_eq!(house.came_by(id(&made)).await.0, 1, "{sort}");
        let later = keyed(&house, uri, guest, body, sort).await;
        assert_eq!((later.status, &later.body), (201, &came[0].body), "{sort}");
    }
    // A newcomer's key is the secret's.
    let made = house.link("account", json!({"max_uses": 9})).await;
    let account = json!({"username": "newcomer", "password": "password123"});
    let body = json!({"secret": secret(&made), "account": account});
    let send = async || {
        let header = Some(("idempotency-key", "k"));
        let body = Some(body.clone());
        house
            .send(Method::POST, "/v1/redemptions", None, body, header)
            .await
    };
    let (first, again) = (send().await, send().await);
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(again.header(&REPLAYED), "true");
    assert_eq!(house.came_by(id(&made)).await.0, 1);
}

/// The account is made, and nobody here has heard so. A job finds out, and then the same call says it.
async fn an_outcome_that_was_lost_is_told_by_the_same_key(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({"max_uses": 9})).await;
    let account = json!({"username": "newcomer", "password": "password123"});
    let body = json!({"secret": secret(&made), "account": account});
    let send = async || {
        let header = Some(("idempotency-key", "k"));
        let body = Some(body.clone());
        house
            .send(Method::POST, "/v1/redemptions", None, body, header)
            .await
    };
    house.world.users.calls.trouble(Trouble::AnswerLost);
    let begun = send().await;
    assert_eq!(
        (begun.status, &begun.json()["state"]),
        (202, &json!("reserved"))
    );
    let running = send().await;
    assert_eq!(
        code(&running),
        "idempotency-key-in-progress",
        "{}",
        running.body
    );
    house.world.users.calls.trouble(Trouble::None);
    house.world.settle().await;
    let told = send().await;
    assert_eq!(
        (told.status, told.header(&REPLAYED)),
        (201, "true"),
        "{}",
        told.body
    );
    assert_eq!(told.json()["username"], "newcomer");
    assert_eq!(house.came_by(id(&made)).await.0, 1);
}
