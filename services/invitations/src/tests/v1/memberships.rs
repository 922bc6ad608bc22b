//! Who is in, until when, and shutting somebody out.

use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::{ETAG, WWW_AUTHENTICATE};
use latchkey_common::auth::UserId;
use latchkey_peers::channels::{Permission, Permissions};
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, code, path_of, secret, who_came};
use crate::tests::site::Answer;

both_databases!(
    members_are_told_to_members,
    an_end_is_moved_by_whoever_may_remove,
    an_edit_says_what_it_has_seen,
    a_lost_answer_is_asked_for_again,
    whoever_may_removes,
    guests_are_told_before_the_end,
    each_call_needs_its_scope,
);

const DAY: Duration = Duration::from_hours(24);

/// The owner's channel with a guest in it for thirty days.
async fn with_guest(backend: Backend) -> (House, UserId) {
    let house = House::new(backend).await;
    let mut grant = house.grant("channel");
    grant["ends_after"] = json!("P30D");
    let wish = json!({"grants": [grant]});
    let made = house.post("/v1/invitations", house.owner, wish).await;
    let came = house.redeem("channel", secret(&made.json()), "guest").await;
    assert_eq!(came.status, 201, "{}", came.body);
    let guest = who_came(&came);
    (house, guest)
}

async fn members(house: &House, who: UserId) -> Vec<Value> {
    let uri = format!(
        "/v1/memberships?target=chn_{}&order=created_at",
        house.channel
    );
    let list = house.get(&uri, who).await;
    assert_eq!(list.status, 200, "{}", list.body);
    list.json()["data"].as_array().unwrap().clone()
}

/// Where the membership of this person lies.
async fn place(house: &House, who: UserId) -> String {
    let all = members(house, house.owner).await;
    let account = format!("acc_{who}");
    let mine = all.iter().find(|one| one["account"] == account.as_str());
    format!("/v1/memberships/{}", mine.unwrap()["id"].as_str().unwrap())
}

async fn patch(
    house: &House,
    who: UserId,
    place: &str,
    end: Value,
    header: Option<(&str, &str)>,
) -> Answer {
    let body = Some(json!({"ends_at": end}));
    house
        .send(Method::PATCH, place, Some(who), body, header)
        .await
}

/// So many days from now.
fn in_days(house: &House, days: u32) -> String {
    let now = house.world.app.db.clock().now();
    now.plus(DAY * days).rfc3339()
}

async fn members_are_told_to_members(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    for who in [house.owner, guest] {
        let all = members(&house, who).await;
        let accounts: Vec<&Value> = all.iter().map(|one| &one["account"]).collect();
        let expected = [house.owner, guest].map(|id| json!(format!("acc_{id}")));
        assert_eq!(accounts, expected.iter().collect::<Vec<_>>());
        assert_eq!(all[0]["ends_at"], Value::Null);
        assert!(all[1]["ends_at"].as_str().unwrap() > in_days(&house, 29).as_str());
        assert_eq!(all[1]["grant"]["permissions"], json!(["read", "write"]));
    }
    let stranger = house.world.users.account("stranger");
    let channel = house.channel;
    for (uri, status) in [
        (format!("/v1/memberships?target=chn_{channel}"), 404),
        ("/v1/memberships?target=chn_4711".to_owned(), 404),
        (place(&house, guest).await, 404),
        ("/v1/memberships/mbr_4711".to_owned(), 404),
        ("/v1/memberships".to_owned(), 422),
        ("/v1/memberships?target=acc_1".to_owned(), 422),
    ] {
        assert_eq!(house.get(&uri, stranger).await.status, status, "{uri}");
    }
    let uri = format!("/v1/memberships?target=chn_{channel}&limit=1");
    let page = house.get(&uri, guest).await.json();
    let next = page["next"].as_str().unwrap();
    let rest = house.get(&path_of(next), guest).await;
    assert_eq!(
        rest.json()["data"][0]["account"],
        format!("acc_{}", house.owner)
    );
    assert_eq!(rest.json()["next"], Value::Null);
}

async fn an_end_is_moved_by_whoever_may_remove(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    let at = place(&house, guest).await;
    let any = Some(("if-match", "*"));
    for end in [
        json!(in_days(&house, 60)),
        json!(in_days(&house, 1)),
        Value::Null,
    ] {
        let moved = patch(&house, house.owner, &at, end.clone(), any).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
        assert_eq!(moved.json()["ends_at"], end);
        assert_eq!(house.get(&at, guest).await.json()["ends_at"], end);
    }
    let friend = house.world.users.account("friend");
    let permissions: Permissions = [Permission::Read].into_iter().collect();
    house
        .world
        .channels
        .enter(house.channel, friend, permissions);
    let later = json!(in_days(&house, 2));
    let owners = place(&house, house.owner).await;
    for (who, place, refusal) in [
        (friend, &at, "may-not-remove"),
        (guest, &at, "own-membership"),
        (house.owner, &owners, "own-membership"),
        (house.world.users.account("stranger"), &at, "not-found"),
    ] {
        let refused = patch(&house, who, place, later.clone(), any).await;
        assert_eq!(code(&refused), refusal, "{}", refused.body);
    }
    let all: Permissions = [Permission::Read, Permission::RemoveUsers]
        .into_iter()
        .collect();
    house.world.channels.enter(house.channel, friend, all);
    let refused = patch(&house, friend, &owners, later, any).await;
    assert_eq!(code(&refused), "owner-stays");
    let behind = json!("2020-01-01T00:00:00Z");
    for bad in [behind, json!("tomorrow"), json!(7)] {
        let refused = patch(&house, house.owner, &at, bad.clone(), any).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.body);
    }
}

async fn an_edit_says_what_it_has_seen(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    let at = place(&house, guest).await;
    let seen = house.get(&at, house.owner).await.header(&ETAG).to_owned();
    let later = json!(in_days(&house, 60));
    let blind = patch(&house, house.owner, &at, later.clone(), None).await;
    assert_eq!(code(&blind), "precondition-required");
    let condition = Some(("if-match", seen.as_str()));
    let moved = patch(&house, house.owner, &at, later, condition).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let late = patch(&house, house.owner, &at, Value::Null, condition).await;
    assert_eq!(code(&late), "precondition-failed");
    let tag = moved.header(&ETAG).to_owned();
    let fresh = Some(("if-match", tag.as_str()));
    let gone = patch(&house, house.owner, &at, Value::Null, fresh).await;
    assert_eq!(gone.json()["ends_at"], Value::Null, "{}", gone.body);
}

/// The answer was lost, with a key or without: what is so already is no change.
async fn a_lost_answer_is_asked_for_again(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    let at = place(&house, guest).await;
    let seen = house.get(&at, house.owner).await.header(&ETAG).to_owned();
    let later = json!(in_days(&house, 60));
    for _ in 0..2 {
        let condition = Some(("if-match", seen.as_str()));
        let moved = patch(&house, house.owner, &at, later.clone(), condition).await;
        assert_eq!(moved.status, 200, "{}", moved.body);
    }
}

async fn whoever_may_removes(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    let at = place(&house, guest).await;
    let remove =
        async |who: UserId, at: &str| house.send(Method::DELETE, at, Some(who), None, None).await;
    assert_eq!(code(&remove(guest, &at).await), "own-membership");
    let owners = place(&house, house.owner).await;
    assert_eq!(code(&remove(guest, &owners).await), "may-not-remove");
    let removed = remove(house.owner, &at).await;
    assert_eq!(removed.status, 204, "{}", removed.body);
    assert_eq!(remove(house.owner, &at).await.status, 404);
    assert_eq!(house.world.channels.members(house.channel), [house.owner]);
}

async fn guests_are_told_before_the_end(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    let inbox = async |who: UserId| {
        let list = house.get("/v1/me/inbox", who).await;
        assert_eq!(list.status, 200, "{}", list.body);
        list.json()["data"].as_array().unwrap().clone()
    };
    house.world.app.db.clock().advance(DAY * 22);
    assert_eq!(inbox(guest).await, Vec::<Value>::new());
    house.world.app.db.clock().advance(DAY + DAY / 2);
    let told = inbox(guest).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["type"], "ending");
    let at = place(&house, guest).await;
    assert_eq!(
        format!("/v1/memberships/{}", told[0]["id"].as_str().unwrap()),
        at
    );
    assert_eq!(
        told[0]["grant"]["channel"],
        format!("chn_{}", house.channel)
    );
    let shown = house.get(&at, guest).await.json();
    assert_eq!(told[0]["expires_at"], shown["ends_at"]);
    assert_eq!(inbox(house.owner).await, Vec::<Value>::new());
    let any = Some(("if-match", "*"));
    patch(&house, house.owner, &at, Value::Null, any).await;
    assert_eq!(inbox(guest).await, Vec::<Value>::new());
}

async fn each_call_needs_its_scope(backend: Backend) {
    let (house, guest) = with_guest(backend).await;
    let at = place(&house, guest).await;
    let list = format!("/v1/memberships?target=chn_{}", house.channel);
    let token = house.world.users.api_token(house.owner, &["account:read"]);
    for (method, uri, scope) in [
        (Method::GET, list.as_str(), "invitation:read"),
        (Method::GET, at.as_str(), "invitation:read"),
        (Method::PATCH, at.as_str(), "invitation:write"),
        (Method::DELETE, at.as_str(), "invitation:write"),
    ] {
        let bearer = format!("Bearer {token}");
        let header = Some(("authorization", bearer.as_str()));
        let body = (method == Method::PATCH).then(|| json!({}));
        let refused = house.send(method, uri, None, body, header).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        let named = refused.header(&WWW_AUTHENTICATE);
        assert!(named.contains(scope), "{named}");
    }
}
