//! Coming in by a link, whatever it gives.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use latchkey_contracts::groups::Bearer;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use super::house::{House, SORTS, code, id, secret};

both_databases!(
    what_gives_an_account_lives_as_long_as_the_setting_says,
    of_sixty_four_at_once_ten_come_in,
    a_preview_shows_and_spends_nothing,
    each_end_is_told_to_whoever_holds_the_secret,
    what_is_for_one_account_is_for_that_one,
    whoever_is_in_costs_no_use,
    a_number_opens_no_link,
    a_form_that_is_wrong_costs_no_use,
);

async fn of_sixty_four_at_once_ten_come_in(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let made = house.link(sort, json!({"max_uses": 10})).await;
        let names: Vec<String> = (0..64).map(|n| format!("{sort}-{n}")).collect();
        let answers = race(64, |n| house.redeem(sort, secret(&made), &names[n])).await;
        let came = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(came, 10, "{sort}");
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert_eq!(
                code(answer),
                "invitation-used-up",
                "{sort}: {}",
                answer.body
            );
        }
        let (settled, roster) = house.came_by(id(&made)).await;
        assert_eq!((settled, roster.len()), (10, 10), "{sort}");
        let shown = house
            .get(&format!("/v1/invitations/{}", id(&made)), house.owner)
            .await;
        assert_eq!(shown.json()["state"], "used_up");
    }
    assert_eq!(house.world.channels.members(house.channel).len(), 11);
    let members = format!("/member/group/{}", house.group.uuid);
    let token = house.world.users.signed::<Bearer>(house.owner, 60);
    let listed = TestRequest::get().uri(&members);
    let listed = house.site.call(&token, listed).await;
    assert_eq!(
        listed.json().as_array().map(Vec::len),
        Some(11),
        "{}",
        listed.body
    );
}

async fn a_preview_shows_and_spends_nothing(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let more = json!({"max_uses": 2, "message": "Come in", "note": "for me alone"});
        let made = house.link(sort, more).await;
        for _ in 0..3 {
            let preview = house.preview(secret(&made)).await;
            assert_eq!(preview.status, 200, "{}", preview.body);
            let json = preview.json();
            assert_eq!(json["inviter"], "owner");
            assert_eq!(json["message"], "Come in");
            assert_eq!(json["uses_left"], 2);
            assert_eq!(json["grants"][0]["type"], sort);
            assert!(!preview.body.contains("for me alone"), "{}", preview.body);
        }
        assert_eq!(house.came_by(id(&made)).await.0, 0, "{sort}");
    }
}

async fn each_end_is_told_to_whoever_holds_the_secret(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let revoked = house.link(sort, json!({})).await;
        let uri = format!("/v1/invitations/{}/revoke", id(&revoked));
        let ended = house
            .post(&uri, house.owner, json!({"reason": "Moved"}))
            .await;
        assert_eq!(ended.json()["revoked_because"], "Moved");
        assert_eq!(ended.json()["state"], "revoked");
        let again = house.post(&uri, house.owner, json!({})).await;
        assert_eq!(
            (again.status, code(&again).as_str()),
            (409, "invitation-ended")
        );

        let full = house.link(sort, json!({})).await;
        let first = house
            .redeem(sort, secret(&full), &format!("{sort}-first"))
            .await;
        assert_eq!(first.status, 201, "{sort}: {}", first.body);

        let expired = house.link(sort, json!({"expires_in": "PT1M"})).await;
        house.world.advance(Duration::from_mins(2));

        let guest = format!("{sort}-late");
        for (made, code_of_it) in [
            (&revoked, "invitation-revoked"),
            (&full, "invitation-used-up"),
            (&expired, "invitation-expired"),
        ] {
            for answer in [
                house.preview(secret(made)).await,
                house.redeem(sort, secret(made), &guest).await,
            ] {
                assert_eq!(
                    (answer.status, code(&answer).as_str()),
                    (410, code_of_it),
                    "{sort}"
                );
            }
        }
        for guessed in ["lki_x", "x", &format!("lki_{}", "A".repeat(43))] {
            let answer = house.redeem(sort, guessed, &guest).await;
            assert_eq!(
                (answer.status, code(&answer).as_str()),
                (404, "invitation-not-found")
            );
        }
    }
}

async fn what_is_for_one_account_is_for_that_one(backend: Backend) {
    let house = House::new(backend).await;
    let users = &house.world.users;
    let (guest, other) = (users.account("guest"), users.account("other"));
    for sort in ["channel", "group", "namespace"] {
        let audience = json!({"type": "account", "account": format!("acc_{guest}")});
        let made = house.link(sort, json!({"audience": audience})).await;
        let body = json!({"secret": secret(&made)});
        let refused = house.post("/v1/redemptions", other, body.clone()).await;
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (409, "other-recipient")
        );
        assert_eq!(refused.json()["hint"], "g***t");
        let second = json!({"grants": [house.grant(sort)], "audience": audience});
        let second = house.post("/v1/invitations", house.owner, second).await;
        assert_eq!(code(&second), "already-open", "{sort}: {}", second.body);
        let address = format!("/v1/invitations/{}", id(&made));
        assert_eq!(second.json()["instead"], address.as_str());
        let came = house.post("/v1/redemptions", guest, body).await;
        assert_eq!(came.status, 201, "{sort}: {}", came.body);
        assert_eq!(came.json()["account"], format!("acc_{guest}"));
    }
}

async fn whoever_is_in_costs_no_use(backend: Backend) {
    let house = House::new(backend).await;
    for sort in ["channel", "group", "namespace"] {
        let made = house.link(sort, json!({"max_uses": 3})).await;
        let body = json!({"secret": secret(&made)});
        let owner = house
            .post("/v1/redemptions", house.owner, body.clone())
            .await;
        assert_eq!(code(&owner), "already-member", "{sort}: {}", owner.body);
        let guest = house.world.users.account(&format!("{sort}-guest"));
        for came in [201, 409] {
            let answer = house.post("/v1/redemptions", guest, body.clone()).await;
            assert_eq!(answer.status, came, "{sort}: {}", answer.body);
        }
        let shown = house
            .get(&format!("/v1/invitations/{}", id(&made)), house.owner)
            .await;
        let uses = &shown.json()["uses"];
        assert_eq!(
            (&uses["taken"], &uses["left"]),
            (&json!(1), &json!(2)),
            "{sort}"
        );
        assert_eq!(shown.json()["state"], "open", "{sort}");
    }
}

/// Numbers are easily guessed.
async fn a_number_opens_no_link(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("channel", json!({"max_uses": 3})).await;
    let guest = house.world.users.account("guest");
    let number: i64 = id(&made).strip_prefix("inv_").unwrap().parse().unwrap();
    let join = json!({"channelId": house.channel, "inviteId": number});
    let refused = house.site.post_as(guest, "/api/channel/join", join).await;
    assert!((400..500).contains(&refused.status), "{}", refused.body);
    assert_eq!(house.came_by(id(&made)).await, (0, Vec::new()));
    assert_eq!(house.world.channels.members(house.channel).len(), 1);
}

async fn a_form_that_is_wrong_costs_no_use(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({})).await;
    house.world.users.account("taken");
    let account = |name: &str, password: &str| json!({"username": name, "password": password});
    for (account, status, told) in [
        (json!(null), 422, "wrong-input"),
        (account("ab", "password123"), 422, "wrong-input"),
        (account("newcomer", "short"), 422, "wrong-input"),
        (account("taken", "password123"), 409, "username-taken"),
    ] {
        let body = json!({"secret": secret(&made), "account": account});
        let answer = house
            .send(Method::POST, "/v1/redemptions", None, Some(body), None)
            .await;
        assert_eq!(
            (answer.status, code(&answer).as_str()),
            (status, told),
            "{}",
            answer.body
        );
    }
    let came = house.redeem("account", secret(&made), "newcomer").await;
    assert_eq!(came.status, 201, "{}", came.body);
    assert_eq!(came.json()["username"], "newcomer");
}

async fn what_gives_an_account_lives_as_long_as_the_setting_says(backend: Backend) {
    let env = [("LATCHKEY_INVITATIONS__REGISTRATION_LIFE_S", "3600")];
    let house = House::with(backend, &env).await;
    let before = house.world.app.db.clock().now();
    let made = house.link("account", json!({})).await;
    let end = made["expires_at"].as_str().unwrap().to_owned();
    let expected = before.plus(Duration::from_hours(1)).rfc3339();
    assert!(end >= expected, "{end} {expected}");
    let long = house.link("account", json!({"expires_in": "P7D"})).await;
    assert!(long["expires_at"].as_str().unwrap() > end.as_str());
    let other = house.link("channel", json!({})).await;
    assert_eq!(other["expires_at"], serde_json::Value::Null);
}
