//! What happened, as it is told to programs.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, SORTS, id, secret};
use super::requests::{ask, decide, open_house};
use crate::app::event::purge::purge_events;

both_databases!(
    the_life_of_an_invitation_is_told_in_order,
    an_answer_to_a_request_is_told,
    who_comes_and_goes_is_told_to_who_manages_all,
    each_is_told_of_their_own,
    a_program_goes_on_where_it_was,
    what_was_forgotten_is_said,
    the_ledger_and_what_is_told_are_one,
);

/// A page of it.
async fn told(house: &House, who: UserId, query: &str) -> Value {
    let answer = house.get(&format!("/v1/events{query}"), who).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

async fn all(house: &House, who: UserId) -> Vec<Value> {
    let page = told(house, who, "?limit=200").await;
    page["data"].as_array().unwrap().clone()
}

fn types(events: &[Value]) -> Vec<&str> {
    let kinds = events.iter().map(|one| one["type"].as_str());
    kinds.map(Option::unwrap).collect()
}

async fn the_life_of_an_invitation_is_told_in_order(backend: Backend) {
    let house = House::new(backend).await;
    let made = house.link("account", json!({"max_uses": 3})).await;
    let at = format!("/v1/invitations/{}", id(&made));
    house.world.users.account("taken");
    let refused = house.redeem("account", secret(&made), "taken").await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    let came = house.redeem("account", secret(&made), "guest").await;
    assert_eq!(came.status, 201, "{}", came.body);
    let (owner, edit) = (Some(house.owner), json!({"max_uses": 2}));
    let edited = house
        .send(
            Method::PATCH,
            &at,
            owner,
            Some(edit),
            Some(("if-match", "*")),
        )
        .await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    let because = json!({"reason": "Enough"});
    let revoked = house
        .post(&format!("{at}/revoke"), house.owner, because)
        .await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    let renewed = house
        .post(&format!("{at}/renew"), house.owner, json!({}))
        .await;
    assert_eq!(renewed.status, 201, "{}", renewed.body);

    let events = all(&house, house.owner).await;
    let expected = [
        "invitation.created",
        "redemption.reserved",
        "redemption.released",
        "redemption.reserved",
        "redemption.settled",
        "invitation.updated",
        "invitation.revoked",
        "invitation.created",
        "invitation.renewed",
    ];
    assert_eq!(types(&events), expected);
    let owner = json!(format!("acc_{}", house.owner));
    for (number, event) in events.iter().enumerate() {
        let data = &event["data"];
        if number < 7 {
            assert_eq!(data["via"]["invitation"], made["id"], "{event}");
        }
        let by_owner = [0, 5, 6, 7, 8].contains(&number);
        assert_eq!(data["actor"] == owner, by_owner, "{event}");
    }
    let settled = &events[4];
    let guest = came.json()["account"].clone();
    assert_eq!(
        (&settled["subject"], &settled["data"]["account"]),
        (&came.json()["id"], &guest)
    );
    assert_ne!(settled["data"]["via"]["secret"], Value::Null);
    assert_eq!(events[6]["data"]["reason"], "taken_back");
    assert_eq!(events[8]["data"]["replaces"], made["id"]);
    assert_eq!(events[8]["subject"], renewed.json()["id"]);
    assert!(events.is_sorted_by_key(|one| one["sequence"].as_str().unwrap().to_owned()));
    assert!(!json!(events).to_string().contains(secret(&made)));
}

async fn an_answer_to_a_request_is_told(backend: Backend) {
    let house = open_house(backend).await;
    for (word, told) in [
        ("approve", "approved"),
        ("reject", "rejected"),
        ("withdraw", "withdrawn"),
    ] {
        let guest = house.world.users.account(word);
        let asked = ask(&house, "group", guest).await.json();
        let who = if word == "withdraw" {
            guest
        } else {
            house.owner
        };
        let done = decide(&house, &asked, word, who).await;
        assert!(done.status < 300, "{}", done.body);
        let events = all(&house, guest).await;
        let mine = types(&events);
        let mut expected = vec!["join_request.created".to_owned()];
        if word == "approve" {
            // The row is final with the use that is written down beside it.
            expected.push("join_request.approved".to_owned());
            expected.push("redemption.settled".to_owned());
            let actor = json!(format!("acc_{}", house.owner));
            assert_eq!(events[1]["data"]["actor"], actor);
        } else {
            expected.push(format!("join_request.{told}"));
        }
        assert_eq!(mine, expected);
        assert_eq!(events[0]["data"]["via"]["request"], asked["id"]);
        assert_eq!(events[0]["subject"], asked["id"]);
    }
    assert!(all(&house, house.owner).await.is_empty());
}

async fn who_comes_and_goes_is_told_to_who_manages_all(backend: Backend) {
    let house = House::new(backend).await;
    let boss = house.world.users.super_user("boss");
    let made = house.link("group", json!({})).await;
    let came = house.redeem("group", secret(&made), "guest").await;
    assert_eq!(came.status, 201, "{}", came.body);
    let guest = came.json()["account"].clone();
    let group = format!("grp_{}", house.group.id);
    let members = format!("/v1/memberships?target={group}");
    let members = house.get(&members, house.owner).await.json();
    let named = members["data"].as_array().unwrap().iter();
    let own = named.clone().find(|one| one["account"] == guest);
    let own = own.unwrap_or_else(|| panic!("{members}"))["id"]
        .as_str()
        .unwrap();
    let at = format!("/v1/memberships/{own}");
    let gone = house
        .send(
            Method::DELETE,
            &at,
            Some(house.owner),
            None,
            Some(("if-match", "*")),
        )
        .await;
    assert!(gone.status < 300, "{}", gone.body);
    let page = told(&house, boss, "?type=membership.created,membership.ended").await;
    let events = page["data"].as_array().unwrap();
    // The owners of group and namespace came with them.
    let theirs: Vec<&Value> = events
        .iter()
        .filter(|one| one["data"]["account"] == guest)
        .collect();
    let words: Vec<&Value> = theirs.iter().map(|one| &one["type"]).collect();
    assert_eq!(words, ["membership.created", "membership.ended"]);
    assert!(theirs.iter().all(|one| one["data"]["target"] == group));
}

async fn each_is_told_of_their_own(backend: Backend) {
    let house = House::new(backend).await;
    let (other, boss) = (
        house.world.users.account("other"),
        house.world.users.super_user("boss"),
    );
    house.link("channel", json!({})).await;
    assert_eq!(all(&house, house.owner).await.len(), 1);
    assert!(all(&house, other).await.is_empty());
    assert!(!all(&house, boss).await.is_empty());
    let nobody = house
        .send(Method::GET, "/v1/events", None, None, None)
        .await;
    assert_eq!(nobody.status, 401);
    for (scopes, status, count) in [
        (["invitation:write", "account:read"], 403, 0),
        (["invitation:read", "account:read"], 200, 0),
        (["invitation:read", "invitation:manage"], 200, 1),
    ] {
        let token = house.world.users.api_token(boss, &scopes);
        let request = TestRequest::get()
            .uri("/v1/events?type=invitation.created")
            .insert_header(("authorization", format!("Bearer {token}")));
        let answer = house.site.send(request).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        if status == 200 {
            let seen = answer.json()["data"].as_array().unwrap().len();
            assert_eq!(seen, count, "{scopes:?}: {}", answer.body);
        }
    }
}

async fn a_program_goes_on_where_it_was(backend: Backend) {
    let house = House::new(backend).await;
    for _ in 0..5 {
        house.link("channel", json!({})).await;
    }
    let whole = all(&house, house.owner).await;
    let first = told(&house, house.owner, "?limit=2").await;
    let next = first["next"]
        .as_str()
        .unwrap()
        .split_once("/v1/events")
        .unwrap()
        .1;
    let second = told(&house, house.owner, next).await;
    assert_eq!(first["data"], json!(whole[..2]));
    assert_eq!(second["data"], json!(whole[2..4]));
    let after = whole[3]["id"].as_str().unwrap();
    let rest = told(&house, house.owner, &format!("?after={after}")).await;
    assert_eq!(
        (&rest["data"], &rest["gap"]),
        (&json!(whole[4..]), &json!(false))
    );
    let none = told(&house, house.owner, "?type=redemption.settled").await;
    assert_eq!(none["data"], json!([]));
    for bad in [
        "?after=1",
        "?after=evt_0",
        "?type=nothing",
        "?type=",
        "?limit=0",
        "?order=created_at",
    ] {
        let refused = house.get(&format!("/v1/events{bad}"), house.owner).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.body);
    }
}

async fn what_was_forgotten_is_said(backend: Backend) {
    let house = House::new(backend).await;
    house.link("channel", json!({})).await;
    house.link("channel", json!({})).await;
    let old = all(&house, house.owner).await;
    house.world.advance(Duration::from_hours(24 * 30));
    house.link("channel", json!({})).await;
    let kept = all(&house, house.owner).await;
    assert_eq!(kept.len(), 3, "what is as old as that is still kept");
    house.world.advance(Duration::from_secs(1));
    purge_events(&house.world.app).await.unwrap();
    let page = told(&house, house.owner, "").await;
    assert_eq!(
        (&page["data"], &page["gap"]),
        (&json!(kept[2..]), &json!(false))
    );
    let gap = |at: &Value| format!("?after={}", at["id"].as_str().unwrap());
    let missed = told(&house, house.owner, &gap(&old[0])).await;
    assert_eq!(
        (&missed["data"], &missed["gap"]),
        (&json!(kept[2..]), &json!(true))
    );
    let had = told(&house, house.owner, &gap(&old[1])).await;
    assert_eq!(
        (&had["data"], &had["gap"]),
        (&json!(kept[2..]), &json!(false))
    );
}

/// Each line of the history of each invitation has its event, and the other way round.
async fn the_ledger_and_what_is_told_are_one(backend: Backend) {
    let house = House::new(backend).await;
    for (n, sort) in SORTS.into_iter().enumerate() {
        for max_uses in [1, 2] {
            let made = house.link(sort, json!({"max_uses": max_uses})).await;
            let guest = format!("guest-{n}-{max_uses}");
            assert_eq!(house.redeem(sort, secret(&made), &guest).await.status, 201);
        }
        house.link(sort, json!({"expires_in": "P1D"})).await;
    }
    house.world.advance(Duration::from_hours(25));
    crate::app::engine::expire::expire(&house.world.app)
        .await
        .unwrap();
    let events = all(&house, house.owner).await;
    let mut told = Vec::new();
    for one in &events {
        let word = one["type"].as_str().unwrap();
        let of = one["data"]["via"]["invitation"].as_str().unwrap();
        told.push(format!(
            "{of} {}",
            word.trim_start_matches("invitation.").replace('.', "_")
        ));
    }
    let mut written = Vec::new();
    let made = house
        .get("/v1/invitations?limit=200", house.owner)
        .await
        .json();
    for one in made["data"].as_array().unwrap() {
        let history = format!("/v1/invitations/{}/history?limit=200", id(one));
        let history = house.get(&history, house.owner).await.json();
        for line in history["data"].as_array().unwrap() {
            let word = line["event"].as_str().unwrap();
            if word != "secret_made" {
                written.push(format!("{} {word}", id(one)));
            }
        }
    }
    assert_eq!(
        written.len(),
        36,
        "12 made, 8 who came in two lines each, 8 ends"
    );
    // A use that is settled with its effect is told once, and was never on the way.
    told.sort();
    written.sort();
    written.retain(|line| told.contains(line) || !line.ends_with("redemption_reserved"));
    assert_eq!(told, written);
}
