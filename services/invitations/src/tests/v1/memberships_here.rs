//! Who is in a group and in a tree of namespaces, until when, and shutting somebody out.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::ETAG;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, code, path_of, secret, who_came};
use crate::tests::site::Answer;

both_databases!(
    they_are_told_to_whom_the_place_tells_them,
    an_end_is_moved_by_whoever_has_charge,
    an_edit_says_what_it_has_seen,
    whoever_has_charge_removes,
    a_group_keeps_an_admin,
    guests_are_told_a_week_and_a_day_before,
);

const DAY: Duration = Duration::from_hours(24);
const SORTS: [&str; 2] = ["group", "namespace"];
const ANY: Option<(&str, &str)> = Some(("if-match", "*"));

/// Somebody new is a guest of the owner's, in the group or the tree for thirty days.
async fn comes(house: &House, sort: &str, name: &str) -> UserId {
    let guest = house.world.users.account(name);
    is_let_in(house, sort, guest).await;
    guest
}

async fn is_let_in(house: &House, sort: &str, guest: UserId) {
    let mut grant = house.grant(sort);
    grant["ends_after"] = json!("P30D");
    let wish = json!({"grants": [grant]});
    let made = house.post("/v1/invitations", house.owner, wish).await;
    let body = json!({"secret": secret(&made.json())});
    let came = house.post("/v1/redemptions", guest, body).await;
    assert_eq!(came.status, 201, "{}", came.body);
}

fn list_uri(house: &House, sort: &str) -> String {
    let target = match sort {
        "group" => format!("grp_{}", house.group.id),
        _ => "nsp_1".to_owned(),
    };
    format!("/v1/memberships?target={target}&order=created_at")
}

/// Where the membership of this person lies.
async fn place(house: &House, sort: &str, who: UserId) -> String {
    let all = house.get(&list_uri(house, sort), house.owner).await.json();
    let account = format!("acc_{who}");
    let mut rows = all["data"].as_array().unwrap().iter();
    let mine = rows.find(|one| one["account"] == account.as_str()).unwrap();
    format!("/v1/memberships/{}", mine["id"].as_str().unwrap())
}

async fn patch(
    house: &House,
    who: UserId,
    at: &str,
    end: Value,
    header: Option<(&str, &str)>,
) -> Answer {
    let body = Some(json!({"ends_at": end}));
    house.send(Method::PATCH, at, Some(who), body, header).await
}

async fn remove(house: &House, who: UserId, at: &str) -> Answer {
    house.send(Method::DELETE, at, Some(who), None, None).await
}

fn in_days(house: &House, days: u32) -> Value {
    let now = house.world.app.db.clock().now();
    json!(now.plus(DAY * days).rfc3339())
}

async fn they_are_told_to_whom_the_place_tells_them(backend: Backend) {
    let house = House::new(backend).await;
    let stranger = house.world.users.account("stranger");
    for (sort, status) in [("group", 200), ("namespace", 404)] {
        let one = comes(&house, sort, &format!("one-{sort}")).await;
        let two = comes(&house, sort, &format!("two-{sort}")).await;
        let uri = list_uri(&house, sort);
        let all = house.get(&uri, house.owner).await.json();
        let rows = all["data"].as_array().unwrap();
        let guests: Vec<&Value> = rows
            .iter()
            .filter(|row| row["ends_at"].is_string())
            .collect();
        assert_eq!(guests.len(), 2, "{all}");
        assert_eq!(guests[0]["username"], format!("one-{sort}"));
        assert_eq!(guests[0]["grant"]["type"], *sort);
        // Everybody with an account knows who is in a group; who is in a tree, whoever owns it.
        assert_eq!(house.get(&uri, stranger).await.status, status, "{sort}");
        let page = house
            .get(&format!("{uri}&limit=1"), house.owner)
            .await
            .json();
        let next = path_of(page["next"].as_str().unwrap());
        assert_eq!(
            house.get(&next, house.owner).await.json()["data"][0],
            rows[1]
        );
        let at = place(&house, sort, one).await;
        for (who, status) in [
            (house.owner, 200),
            (one, 200),
            (two, status),
            (stranger, status),
        ] {
            assert_eq!(house.get(&at, who).await.status, status, "{sort}");
        }
    }
    for gone in ["mbr_g4711", "mbr_n1_4711", "mbr_n4711_1", "mbr_x1"] {
        let uri = format!("/v1/memberships/{gone}");
        assert_eq!(house.get(&uri, house.owner).await.status, 404, "{gone}");
    }
    let none = house
        .get("/v1/memberships?target=grp_4711", house.owner)
        .await;
    assert_eq!(none.status, 404);
}

async fn an_end_is_moved_by_whoever_has_charge(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let guest = comes(&house, sort, &format!("guest-{sort}")).await;
        let friend = comes(&house, sort, &format!("friend-{sort}")).await;
        let at = place(&house, sort, guest).await;
        for end in [in_days(&house, 60), in_days(&house, 1), Value::Null] {
            let moved = patch(&house, house.owner, &at, end.clone(), ANY).await;
            assert_eq!(moved.status, 200, "{}", moved.body);
            assert_eq!(house.get(&at, guest).await.json()["ends_at"], end);
        }
        let stranger = house.world.users.account(&format!("stranger-{sort}"));
        let hidden = if sort == "group" {
            "may-not-remove"
        } else {
            "not-found"
        };
        for (who, refusal) in [
            (guest, "own-membership"),
            (friend, hidden),
            (stranger, hidden),
        ] {
            let refused = patch(&house, who, &at, in_days(&house, 2), ANY).await;
            assert_eq!(code(&refused), refusal, "{sort}: {}", refused.body);
        }
        let behind = patch(&house, house.owner, &at, json!("2020-01-01T00:00:00Z"), ANY).await;
        assert_eq!(behind.status, 422);
        // The guards keep to the new end.
        patch(&house, house.owner, &at, in_days(&house, 1), ANY).await;
        house.world.app.db.clock().advance(DAY);
        assert_eq!(house.get(&at, house.owner).await.status, 404);
    }
}

async fn an_edit_says_what_it_has_seen(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let guest = comes(&house, sort, &format!("guest-{sort}")).await;
        let at = place(&house, sort, guest).await;
        let seen = house.get(&at, house.owner).await.header(&ETAG).to_owned();
        let later = in_days(&house, 60);
        let blind = patch(&house, house.owner, &at, later.clone(), None).await;
        assert_eq!(code(&blind), "precondition-required");
        let condition = Some(("if-match", seen.as_str()));
        // The answer was lost: what is so already is no change.
        for _ in 0..2 {
            let moved = patch(&house, house.owner, &at, later.clone(), condition).await;
            assert_eq!(moved.status, 200, "{}", moved.body);
        }
        let late = patch(&house, house.owner, &at, Value::Null, condition).await;
        assert_eq!(code(&late), "precondition-failed");
    }
}

async fn whoever_has_charge_removes(backend: Backend) {
    let house = House::new(backend).await;
    for sort in SORTS {
        let guest = comes(&house, sort, &format!("guest-{sort}")).await;
        let friend = comes(&house, sort, &format!("friend-{sort}")).await;
        let at = place(&house, sort, guest).await;
        assert_eq!(code(&remove(&house, guest, &at).await), "own-membership");
        let hidden = if sort == "group" { 403 } else { 404 };
        assert_eq!(remove(&house, friend, &at).await.status, hidden, "{sort}");
        let removed = remove(&house, house.owner, &at).await;
        assert_eq!(removed.status, 204, "{}", removed.body);
        assert_eq!(remove(&house, house.owner, &at).await.status, 404);
        let left = house.get(&list_uri(&house, sort), house.owner).await;
        assert!(
            !left.body.contains(&format!("guest-{sort}")),
            "{}",
            left.body
        );
        assert!(
            left.body.contains(&format!("friend-{sort}")),
            "{}",
            left.body
        );
    }
}

async fn a_group_keeps_an_admin(backend: Backend) {
    let house = House::new(backend).await;
    let mut grant = house.grant("group");
    grant["role"] = json!("admin");
    grant["ends_after"] = json!("P30D");
    let made = house
        .post("/v1/invitations", house.owner, json!({"grants": [grant]}))
        .await;
    let came = house.redeem("group", secret(&made.json()), "deputy").await;
    let deputy = who_came(&came);
    let owners = place(&house, "group", house.owner).await;
    // An admin for a time is none for good.
    for refused in [
        patch(&house, deputy, &owners, in_days(&house, 1), ANY).await,
        remove(&house, deputy, &owners).await,
    ] {
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (409, "owner-stays")
        );
    }
    let deputys = place(&house, "group", deputy).await;
    patch(&house, house.owner, &deputys, Value::Null, ANY).await;
    // What the owner has offered ends with the right to offer it.
    let offered = house.link("group", json!({})).await;
    assert_eq!(remove(&house, deputy, &owners).await.status, 204);
    let late = house.redeem("group", secret(&offered), "late").await;
    assert_eq!(code(&late), "inviter-lost-right", "{}", late.body);
}

async fn guests_are_told_a_week_and_a_day_before(backend: Backend) {
    let house = House::new(backend).await;
    let guest = comes(&house, "group", "guest").await;
    is_let_in(&house, "namespace", guest).await;
    let told = async || {
        let inbox = house.get("/v1/me/inbox", guest).await.json();
        let rows = inbox["data"].as_array().unwrap().clone();
        let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
        let told = rows
            .iter()
            .map(|row| (word(row, "type"), word(row, "target")));
        told.collect::<Vec<_>>()
    };
    assert_eq!(told().await, []);
    house.world.app.db.clock().advance(DAY * 24);
    let pair = |sort: &str, place: &str| (sort.to_owned(), place.to_owned());
    let week = [pair("ending", "Futsal"), pair("ending", "djinn")];
    assert_eq!(told().await, week);
    house.world.app.db.clock().advance(DAY * 5 + DAY / 2);
    let day = [pair("ending_soon", "Futsal"), pair("ending_soon", "djinn")];
    assert_eq!(told().await, [day, week].concat());
    for sort in SORTS {
        let at = place(&house, sort, guest).await;
        patch(&house, house.owner, &at, Value::Null, ANY).await;
    }
    assert_eq!(told().await, []);
}
