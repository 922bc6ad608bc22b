//! What people send who want an account, and what they are asked.

use actix_web::http::Method;
use actix_web::http::header::{ETAG, IF_MATCH};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::{FORM, REQUESTS, apply, decide, look_up, open_house, put, signed_out, wish};
use crate::tests::site::Answer;
use crate::tests::v1::house::{House, code, id};

both_databases!(
    nobody_applies_before_the_form_is_open,
    super_users_alone_edit_the_form,
    so_many_may_wait_and_no_more,
    the_same_call_again_is_the_same_wish,
    what_is_sent_must_fit_the_form,
    each_address_has_its_rate,
    one_takes_a_wish_back_by_its_secret,
);

async fn nobody_applies_before_the_form_is_open(backend: Backend) {
    let house = House::new(backend).await;
    let form = house.send(Method::GET, FORM, None, None, None).await;
    let closed = json!({"open": false, "welcome": null, "questions": []});
    assert_eq!(form.json(), closed);
    let refused = signed_out(&house, REQUESTS, json!({"target": "site", "name": "Ana"})).await;
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (409, "requests-not-taken")
    );
    // Elsewhere people ask who have an account, and those need no other.
    let elsewhere = signed_out(&house, REQUESTS, json!({"target": "chn_1"})).await;
    assert_eq!(
        (elsewhere.status, code(&elsewhere).as_str()),
        (401, "unauthenticated")
    );
    let guest = house.world.users.account("guest");
    let needless = house.post(REQUESTS, guest, wish("Ana")).await;
    assert_eq!(needless.json()["errors"][0]["pointer"], "#/target");
}

async fn super_users_alone_edit_the_form(backend: Backend) {
    let house = House::new(backend).await;
    let chief = house.world.users.super_user("chief");
    let form = json!({"open": true, "welcome": "Hello", "questions": ["Why?", "Who?"]});
    let before = house.get(FORM, chief).await.header(&ETAG).to_owned();
    assert_eq!(put(&house, None, form.clone(), &before).await.status, 401);
    let refused = put(&house, Some(house.owner), form.clone(), &before).await;
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (403, "super-users-only")
    );
    let bare = house
        .send(Method::PUT, FORM, Some(chief), Some(form.clone()), None)
        .await;
    assert_eq!(bare.status, 428);
    let edited = put(&house, Some(chief), form.clone(), &before).await;
    assert_eq!(
        (edited.status, edited.json()),
        (200, form.clone()),
        "{}",
        edited.body
    );
    // The same again is no change; something else needs the state that is there now.
    assert_eq!(
        put(&house, Some(chief), form.clone(), &before).await.status,
        200
    );
    let late = put(&house, Some(chief), json!({"open": false}), &before).await;
    assert_eq!(late.status, 412, "{}", late.body);
    assert_eq!(
        house.send(Method::GET, FORM, None, None, None).await.json(),
        form
    );
    for wrong in [
        json!({"questions": []}),
        json!({"open": true, "questions": ["1?", "2?", "3?", "4?", "5?", "6?"]}),
        json!({"open": true, "questions": ["?".repeat(201)]}),
        json!({"open": true, "questions": [" "]}),
        json!({"open": true, "welcome": "x".repeat(2_001)}),
        json!({"open": true, "html": "x"}),
    ] {
        assert_eq!(
            put(&house, Some(chief), wrong.clone(), "*").await.status,
            422,
            "{wrong}"
        );
    }
    let token = house.world.users.api_token(chief, &["invitation:write"]);
    let bearer = format!("Bearer {token}");
    let request = actix_web::test::TestRequest::put()
        .uri(FORM)
        .insert_header(("authorization", bearer))
        .insert_header((IF_MATCH, "*"))
        .set_json(form);
    let refused = house.site.send(request).await;
    assert_eq!(code(&refused), "scope-missing", "{}", refused.body);
}

async fn so_many_may_wait_and_no_more(backend: Backend) {
    let most = [("LATCHKEY_INVITATIONS__OPEN_APPLICATIONS", "3")];
    let (house, chief) = open_house(backend, &most).await;
    let answers = race(12, |n| {
        signed_out(&house, REQUESTS, wish(&format!("Ana {n}")))
    })
    .await;
    let sent: Vec<&Answer> = answers.iter().filter(|one| one.status == 201).collect();
    assert_eq!(sent.len(), 3);
    for refused in answers.iter().filter(|one| one.status != 201) {
        assert_eq!(code(refused), "requests-not-taken", "{}", refused.body);
    }
    decide(&house, &sent[0].json(), "reject", chief, json!({})).await;
    apply(&house, "Bia").await;
}

async fn the_same_call_again_is_the_same_wish(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let key = Some(("idempotency-key", "one"));
    let send = |body: Value| house.send(Method::POST, REQUESTS, None, Some(body), key);
    let (one, two) = (send(wish("Ana")).await, send(wish("Ana")).await);
    assert_eq!(one.status, 201, "{}", one.body);
    assert_eq!(one.json(), two.json());
    // A key is that of what is said: somebody else may have the same.
    assert_eq!(send(wish("Bia")).await.status, 201);
    let uri = format!("{REQUESTS}/{}/approve", id(&one.json()));
    for replayed in [false, true] {
        let yes = house
            .send(Method::POST, &uri, Some(chief), Some(json!({})), key)
            .await;
        assert_eq!(yes.status, 200, "{}", yes.body);
        assert_eq!(yes.headers.contains_key("idempotent-replayed"), replayed);
    }
    let made = house.get("/v1/invitations", chief).await.json();
    assert_eq!(made["data"].as_array().unwrap().len(), 1);
}

async fn what_is_sent_must_fit_the_form(backend: Backend) {
    let (house, _) = open_house(backend, &[]).await;
    let with = |name: &str, value: Value| {
        let mut all = wish("Ana");
        all[name] = value;
        all
    };
    for (wrong, pointer) in [
        (with("name", json!(" ")), "#/name"),
        (with("name", json!("x".repeat(101))), "#/name"),
        (with("name", Value::Null), "#/name"),
        (with("email", json!("nobody")), "#/email"),
        (with("answers", json!([])), "#/answers"),
        (with("answers", Value::Null), "#/answers"),
        (
            with("answers", json!([{"question": "Who?", "answer": "I"}])),
            "#/answers",
        ),
        (
            with("answers", json!([{"question": "Why?"}])),
            "#/answers/0/answer",
        ),
        (with("secret", json!("x")), "#/secret"),
        (with("permissions", json!(["read"])), "#/permissions"),
    ] {
        let refused = signed_out(&house, REQUESTS, wrong.clone()).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.body);
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{wrong}");
    }
}

async fn each_address_has_its_rate(backend: Backend) {
    let on = [
        ("LATCHKEY_RATE_LIMITS", "on"),
        ("LATCHKEY_LIMITS__APPLICATION__COUNT", "2"),
    ];
    let (house, _) = open_house(backend, &on).await;
    for status in [201, 201, 429] {
        let sent = signed_out(&house, REQUESTS, wish("Ana")).await;
        assert_eq!(sent.status, status, "{}", sent.body);
    }
}

async fn one_takes_a_wish_back_by_its_secret(backend: Backend) {
    let (house, chief) = open_house(backend, &[]).await;
    let sent = apply(&house, "Ana").await;
    let uri = "/v1/join-requests/withdraw";
    let guessed = signed_out(&house, uri, json!({"secret": "lki_guess"})).await;
    assert_eq!(guessed.status, 404);
    let back = signed_out(&house, uri, json!({"secret": sent["secret"]})).await;
    assert_eq!(back.json()["state"], "withdrawn", "{}", back.body);
    let again = signed_out(&house, uri, json!({"secret": sent["secret"]})).await;
    assert_eq!(code(&again), "request-decided");
    let late = decide(&house, &sent, "approve", chief, json!({})).await;
    assert_eq!(code(&late), "request-decided");
    assert_eq!(look_up(&house, &sent).await["invitation"], Value::Null);
}
