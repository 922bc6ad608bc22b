//! Things that are given for a time.

use std::time::Duration;

use actix_web::http::Method;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, code, id, secret, who_came};

use super::requests::{ask, decide, open_house};
use crate::tests::site::Answer;

both_databases!(
    a_link_says_for_how_long,
    one_of_several_is_for_a_time,
    an_edit_makes_it_shorter,
    a_renewed_link_is_for_as_long,
    whoever_says_yes_says_for_how_long,
    a_link_to_ask_by_says_for_how_long,
    an_offer_that_meets_a_request_says_for_how_long,
    what_has_no_end_says_so,
);

const WEEK: i64 = millis(7);

/// Days in milliseconds.
const fn millis(days: u64) -> i64 {
    (Duration::from_hours(24).as_secs() * days * 1_000).cast_signed()
}

fn for_a_week(house: &House) -> Value {
    let mut grant = house.grant("channel");
    grant["ends_after"] = json!("P7D");
    grant
}

async fn link(house: &House, more: Value) -> Answer {
    let mut wish = json!({"grants": [for_a_week(house)]});
    wish.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    house.post("/v1/invitations", house.owner, wish).await
}

/// For how many milliseconds somebody is in.
fn lasts(house: &House, guest: UserId) -> Option<i64> {
    house.world.channels.lasts(house.channel, guest)
}

async fn a_link_says_for_how_long(backend: Backend) {
    let house = House::new(backend).await;
    let made = link(&house, json!({})).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    assert_eq!(made["grants"][0]["ends_after"], "P7D");
    let seen = house.preview(secret(&made)).await.json();
    assert_eq!(seen["grants"][0]["ends_after"], "P7D");
    let came = house.redeem("channel", secret(&made), "guest").await;
    assert_eq!(came.status, 201, "{}", came.body);
    assert_eq!(lasts(&house, who_came(&came)), Some(WEEK));
    let plain = house.link("channel", json!({})).await;
    assert_eq!(plain["grants"][0].get("ends_after"), None);
    let came = house.redeem("channel", secret(&plain), "other").await;
    assert_eq!(lasts(&house, who_came(&came)), None);
}

async fn one_of_several_is_for_a_time(backend: Backend) {
    let house = House::new(backend).await;
    let wish = json!({"grants": [for_a_week(&house), house.grant("group")]});
    let made = house
        .post("/v1/invitations", house.owner, wish)
        .await
        .json();
    assert_eq!(made["grants"][0]["ends_after"], "P7D");
    let wish = json!({"grants": [house.grant("group"), for_a_week(&house)]});
    let other = house
        .post("/v1/invitations", house.owner, wish)
        .await
        .json();
    for (made, guest) in [(made, "guest"), (other, "other")] {
        let came = house.redeem("channel", secret(&made), guest).await;
        assert_eq!(came.status, 201, "{}", came.body);
        assert_eq!(lasts(&house, who_came(&came)), Some(WEEK), "{guest}");
    }
}

async fn an_edit_makes_it_shorter(backend: Backend) {
    let house = House::new(backend).await;
    let made = link(&house, json!({})).await.json();
    let edit = async |span: Option<&str>| {
        let mut grant = house.grant("channel");
        if let Some(span) = span {
            grant["ends_after"] = json!(span);
        }
        let uri = format!("/v1/invitations/{}", id(&made));
        let body = Some(json!({"grants": [grant]}));
        let any = Some(("if-match", "*"));
        house
            .send(Method::PATCH, &uri, Some(house.owner), body, any)
            .await
    };
    for more in [Some("P8D"), None] {
        assert_eq!(edit(more).await.status, 422, "{more:?}");
    }
    let less = edit(Some("P1D")).await;
    assert_eq!(
        less.json()["grants"][0]["ends_after"],
        "P1D",
        "{}",
        less.body
    );
    let came = house.redeem("channel", secret(&made), "guest").await;
    assert_eq!(lasts(&house, who_came(&came)), Some(millis(1)));
}

async fn a_renewed_link_is_for_as_long(backend: Backend) {
    let house = House::new(backend).await;
    let made = link(&house, json!({})).await.json();
    let uri = format!("/v1/invitations/{}/renew", id(&made));
    let again = house.post(&uri, house.owner, json!({})).await.json();
    assert_eq!(again["grants"][0]["ends_after"], "P7D");
}

async fn whoever_says_yes_says_for_how_long(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    let asked = ask(&house, "channel", guest).await.json();
    let uri = format!("/v1/join-requests/{}/approve", id(&asked));
    let yes = json!({"ends_after": "P7D"});
    let approved = house.post(&uri, house.owner, yes.clone()).await;
    assert_eq!(
        approved.json()["grant"]["ends_after"],
        "P7D",
        "{}",
        approved.body
    );
    assert_eq!(lasts(&house, guest), Some(WEEK));
}

async fn a_link_to_ask_by_says_for_how_long(backend: Backend) {
    let house = open_house(backend).await;
    let made = link(&house, json!({"admission": "request"})).await.json();
    for (guest, own, expected) in [
        ("guest", json!({}), WEEK),
        ("other", json!({"ends_after": "P1D"}), millis(1)),
    ] {
        let who = house.world.users.account(guest);
        let wish = json!({"secret": secret(&made)});
        let asked = house.post("/v1/join-requests", who, wish).await;
        assert_eq!(asked.json()["grant"]["ends_after"], "P7D", "{}", asked.body);
        let uri = format!("/v1/join-requests/{}/approve", id(&asked.json()));
        let approved = house.post(&uri, house.owner, own).await;
        assert_eq!(approved.status, 200, "{}", approved.body);
        assert_eq!(lasts(&house, who), Some(expected));
    }
}

async fn an_offer_that_meets_a_request_says_for_how_long(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    let asked = ask(&house, "channel", guest).await.json();
    let audience = json!({"type": "account", "account": format!("acc_{guest}")});
    let met = link(&house, json!({"audience": audience})).await;
    assert_eq!(met.status, 200, "{}", met.body);
    assert_eq!(lasts(&house, guest), Some(WEEK));
    let late = decide(&house, &asked, "approve", house.owner).await;
    assert_eq!(code(&late), "request-decided");
}

async fn what_has_no_end_says_so(backend: Backend) {
    let house = House::new(backend).await;
    let channel = house.world.channels.members(house.channel);
    for (sort, span) in [
        ("account", "P7D"),
        ("channel", "P1Y"),
        ("channel", "PT0S"),
        ("channel", "soon"),
    ] {
        let mut grant = house.grant(sort);
        grant["ends_after"] = json!(span);
        let wish = json!({"grants": [grant]});
        let refused = house.post("/v1/invitations", house.owner, wish).await;
        assert_eq!(refused.status, 422, "{sort} {span}: {}", refused.body);
        let json = refused.json();
        assert_eq!(
            json["errors"][0]["pointer"], "#/grants/0/ends_after",
            "{json}"
        );
    }
    assert_eq!(house.world.channels.members(house.channel), channel);
}
