//! Editing invitations, and letting new ones take their place.

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::house::{House, SORTS, code, id, secret};
use crate::tests::site::Answer;

both_databases!(
    an_edit_says_which_state_it_means,
    what_is_null_goes,
    an_edit_gives_less_and_never_more,
    nobody_who_is_in_is_counted_out,
    of_sixteen_edits_of_one_state_one_is_made,
    what_has_ended_is_not_edited,
    a_quota_counts_what_an_edit_adds,
    a_renewed_link_works_again_and_both_are_told_of,
    one_of_sixteen_takes_the_place,
    a_token_of_the_chat_contract_is_renewed,
    one_renews_what_one_may_give,
);

fn at(made: &Value) -> String {
    format!("/v1/invitations/{}", id(made))
}

async fn patch(house: &House, uri: &str, body: Value, tag: &str) -> Answer {
    let (owner, condition) = (Some(house.owner), Some(("if-match", tag)));
    house
        .send(Method::PATCH, uri, owner, Some(body), condition)
        .await
}

async fn renew(house: &House, made: &Value, body: Value) -> Answer {
    let uri = format!("{}/renew", at(made));
    house.post(&uri, house.owner, body).await
}

/// What is wrong, and where.
fn refused(answer: &Answer) -> (u16, String) {
    let place = answer.json()["errors"][0]["pointer"].clone();
    (answer.status, place.as_str().unwrap_or_default().to_owned())
}

async fn an_edit_says_which_state_it_means(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({"label": "old"})).await;
    let tag = house.get(&at(&made), house.owner).await;
    let tag = tag.header(&ETAG).to_owned();
    let body = json!({"label": "new", "max_uses": 7});
    let bare = house
        .send(
            Method::PATCH,
            &at(&made),
            Some(house.owner),
            Some(body.clone()),
            None,
        )
        .await;
    assert_eq!(
        (bare.status, code(&bare).as_str()),
        (428, "precondition-required")
    );
    let edited = patch(&house, &at(&made), body.clone(), &tag).await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    let json = edited.json();
    assert_eq!(
        (&json["label"], &json["uses"]["most"]),
        (&json!("new"), &json!(7))
    );
    let shown = house.get(&at(&made), house.owner).await;
    assert_eq!(shown.header(&ETAG), edited.header(&ETAG));
    let stale = patch(&house, &at(&made), body, &tag).await;
    assert_eq!(
        (stale.status, code(&stale).as_str()),
        (412, "precondition-failed")
    );
    let stranger = house.world.users.account("stranger");
    let condition = Some(("if-match", "*"));
    let hidden = house
        .send(
            Method::PATCH,
            &at(&made),
            Some(stranger),
            Some(json!({})),
            condition,
        )
        .await;
    assert_eq!(hidden.status, 404);
}

async fn what_is_null_goes(backend: Backend) {
    let house = House::new(backend).await;
    let said = json!({"message": "Come", "note": "here", "expires_in": "P1D"});
    let made = house.link("group", said).await;
    let request = TestRequest::patch()
        .uri(&at(&made))
        .insert_header(house.site.cookie(house.owner))
        .insert_header((CONTENT_TYPE, "application/merge-patch+json"))
        .insert_header(("if-match", "*"))
        .set_payload(r#"{"message": null, "expires_at": null}"#);
    let edited = house.site.send(request).await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    let json = edited.json();
    assert_eq!(
        (&json["message"], &json["expires_at"], &json["note"]),
        (&Value::Null, &Value::Null, &json!("here"))
    );
    let body = json!({"max_uses": null, "grants": null, "colour": "red"});
    let wrong = patch(&house, &at(&made), body, "*").await;
    let errors = wrong.json()["errors"].as_array().unwrap().len();
    assert_eq!((wrong.status, errors), (422, 3), "{}", wrong.body);
}

async fn an_edit_gives_less_and_never_more(backend: Backend) {
    let house = House::new(backend).await;
    let channel = house.grant("channel");
    let made = house.link("channel", json!({})).await;
    let with = |words: &[&str]| {
        let mut grant = channel.clone();
        grant["permissions"] = json!(words);
        json!({"grants": [grant]})
    };
    let more = patch(&house, &at(&made), with(&["write", "invite"]), "*").await;
    assert_eq!(refused(&more), (422, "#/grants/0".to_owned()));
    let less = patch(&house, &at(&made), with(&[]), "*").await;
    assert_eq!(less.status, 200, "{}", less.body);
    assert_eq!(less.json()["grants"][0]["permissions"], json!(["read"]));
    let again = patch(&house, &at(&made), with(&["write"]), "*").await;
    assert_eq!(refused(&again), (422, "#/grants/0".to_owned()));

    let mut group = house.grant("group");
    group["role"] = json!("admin");
    let body = json!({"grants": [group]});
    let made = house
        .post("/v1/invitations", house.owner, body)
        .await
        .json();
    let as_member = json!({"grants": [house.grant("group")]});
    assert_eq!(
        patch(&house, &at(&made), as_member, "*").await.json()["grants"][0]["role"],
        "member"
    );
    let elsewhere = json!({"grants": [house.grant("namespace")]});
    let elsewhere = patch(&house, &at(&made), elsewhere, "*").await;
    assert_eq!(refused(&elsewhere), (422, "#/grants/0".to_owned()));
}

async fn nobody_who_is_in_is_counted_out(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let made = house.link(sort, json!({"max_uses": 5})).await;
        for guest in ["one", "two"] {
            let came = house
                .redeem(sort, secret(&made), &format!("{sort}-{guest}"))
                .await;
            assert_eq!(came.status, 201, "{}", came.body);
        }
        let below = patch(&house, &at(&made), json!({"max_uses": 1}), "*").await;
        assert_eq!(refused(&below), (422, "#/max_uses".to_owned()), "{sort}");
        let full = patch(&house, &at(&made), json!({"max_uses": 2}), "*").await;
        assert_eq!(
            (full.status, full.json()["state"].as_str()),
            (200, Some("used_up")),
            "{}",
            full.body
        );
        let late = house
            .redeem(sort, secret(&made), &format!("{sort}-late"))
            .await;
        assert_eq!(code(&late), "invitation-used-up");
    }
}

async fn of_sixteen_edits_of_one_state_one_is_made(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({})).await;
    let shown = house.get(&at(&made), house.owner).await;
    let tag = shown.header(&ETAG).to_owned();
    let uri = at(&made);
    let answers = race(16, |n| {
        patch(&house, &uri, json!({"label": format!("n{n}")}), &tag)
    })
    .await;
    let edited: Vec<&Answer> = answers.iter().filter(|one| one.status == 200).collect();
    assert_eq!(edited.len(), 1);
    for other in answers.iter().filter(|one| one.status != 200) {
        assert_eq!(code(other), "precondition-failed", "{}", other.body);
    }
    let now = house.get(&uri, house.owner).await.json();
    assert_eq!(now["label"], edited[0].json()["label"]);
}

async fn what_has_ended_is_not_edited(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({"expires_in": "PT1H"})).await;
    house.world.advance(std::time::Duration::from_secs(3_601));
    let late = patch(&house, &at(&made), json!({"expires_at": null}), "*").await;
    assert_eq!(
        (late.status, code(&late).as_str()),
        (409, "invitation-ended")
    );
}

async fn a_quota_counts_what_an_edit_adds(backend: Backend) {
    let quota = [
        ("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "quota"),
        ("LATCHKEY_INVITATIONS__REGISTRATION_QUOTA", "3"),
        ("LATCHKEY_RATE_LIMITS", "on"),
    ];
    let house = House::with(backend, &quota).await;
    let made = house.link("account", json!({"max_uses": 2})).await;
    let more = patch(&house, &at(&made), json!({"max_uses": 4}), "*").await;
    assert_eq!((more.status, code(&more).as_str()), (403, "quota-used-up"));
    let within = patch(&house, &at(&made), json!({"max_uses": 3}), "*").await;
    assert_eq!(within.status, 200, "{}", within.body);
}

async fn a_renewed_link_works_again_and_both_are_told_of(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let said = json!({"label": "poster", "reference": "crm-7", "expires_in": "PT1H"});
        let made = house.link(sort, said).await;
        let came = house
            .redeem(sort, secret(&made), &format!("{sort}-one"))
            .await;
        assert_eq!(came.status, 201, "{}", came.body);
        let late = house
            .redeem(sort, secret(&made), &format!("{sort}-two"))
            .await;
        assert_eq!(code(&late), "invitation-used-up");
        let renewed = renew(&house, &made, json!({"max_uses": 3})).await;
        assert_eq!(renewed.status, 201, "{}", renewed.body);
        assert!(!renewed.body.contains("lki_"));
        let shown = house.get(renewed.header(&LOCATION), house.owner).await;
        assert_eq!(shown.header(&ETAG), renewed.header(&ETAG));
        let newer = renewed.json();
        assert_eq!(newer["replaces"], made["id"]);
        assert_eq!(
            (&newer["label"], &newer["reference"], &newer["uses"]["most"]),
            (&json!("poster"), &json!("crm-7"), &json!(3))
        );
        assert!(newer["expires_at"].is_string());
        let came = house
            .redeem(sort, secret(&made), &format!("{sort}-two"))
            .await;
        assert_eq!(came.status, 201, "{}", came.body);
        // What is final stays so, and each has its own roster.
        let (settled, roster) = house.came_by(id(&made)).await;
        assert_eq!((settled, roster.len()), (1, 1));
        let old = house.get(&at(&made), house.owner).await.json();
        assert_eq!(old["state"], "used_up");
        let (settled, roster) = house.came_by(id(&newer)).await;
        assert_eq!((settled, &roster[0]["secret"]), (1, &made["secret"]["id"]));
        let again = renew(&house, &made, json!({})).await;
        assert_eq!(code(&again), "already-renewed");
        assert_eq!(again.json()["instead"], at(&newer));
    }
    let open = house.link("group", json!({})).await;
    assert_eq!(renew(&house, &open, json!({})).await.status, 201);
    let old = house.get(&at(&open), house.owner).await.json();
    assert_eq!(
        (&old["state"], &old["end_reason"]),
        (&json!("revoked"), &json!("replaced"))
    );
}

async fn one_of_sixteen_takes_the_place(backend: Backend) {
    let house = House::new(backend).await;
    for sort in ["account", "group"] {
        let made = house.link(sort, json!({})).await;
        let answers = race(16, |_| renew(&house, &made, json!({}))).await;
        let newer: Vec<&Answer> = answers.iter().filter(|one| one.status == 201).collect();
        assert_eq!(newer.len(), 1);
        for other in answers.iter().filter(|one| one.status != 201) {
            assert_eq!(code(other), "already-renewed", "{}", other.body);
            assert_eq!(other.json()["instead"], at(&newer[0].json()));
        }
        let list = house.get("/v1/invitations?limit=200", house.owner).await;
        let successors = list.json()["data"].as_array().unwrap().clone();
        let successors = successors
            .iter()
            .filter(|one| one["replaces"] == made["id"]);
        assert_eq!(successors.count(), 1);
    }
}

async fn a_token_of_the_chat_contract_is_renewed(backend: Backend) {
    let house = House::new(backend).await;
    let issued = house.world.invite(house.owner).await;
    house.world.sign_up(&issued.token, "John").await.unwrap();
    assert!(house.world.sign_up(&issued.token, "Jane").await.is_err());
    let made = json!({"id": format!("inv_{}", issued.invitation.id)});
    let renewed = renew(&house, &made, json!({})).await;
    assert_eq!(renewed.status, 201, "{}", renewed.body);
    house.world.sign_up(&issued.token, "Jane").await.unwrap();
}

async fn one_renews_what_one_may_give(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("channel", json!({})).await;
    let uri = format!("{}/renew", at(&made));
    let stranger = house.world.users.account("stranger");
    assert_eq!(house.post(&uri, stranger, json!({})).await.status, 404);
    house.world.channels.leave(house.channel, house.owner);
    let left = renew(&house, &made, json!({})).await;
    assert_eq!((left.status, code(&left).as_str()), (409, "target-closed"));
    let boss = house.world.users.super_user("boss");
    let link = house.world.link(2).await;
    let uri = format!("/v1/invitations/inv_{}/renew", link.invitation.id);
    assert_eq!(house.post(&uri, boss, json!({})).await.status, 201);
}
