//! One list of all that waits.

use actix_web::http::Method;
use actix_web::http::header::WWW_AUTHENTICATE;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, code};
use super::requests::{SORTS, ask, open_house};

both_databases!(
    each_side_sees_what_waits_and_what_to_do,
    those_of_every_contract_are_there,
    what_has_lost_its_ground_is_left_out,
    it_goes_on_in_either_order,
    all_that_is_given_is_told,
    a_token_needs_its_scope,
);

async fn inbox(house: &House, who: UserId) -> Vec<Value> {
    let list = house.get("/v1/me/inbox", who).await;
    assert_eq!(list.status, 200, "{}", list.body);
    list.json()["data"].as_array().unwrap().clone()
}

async fn offer(house: &House, sort: &str, guest: UserId) {
    let audience = json!({"type": "account", "account": format!("acc_{guest}")});
    let wish = json!({"grants": [house.grant(sort)], "audience": audience, "message": "Come"});
    let made = house.post("/v1/invitations", house.owner, wish).await;
    assert_eq!(made.status, 201, "{}", made.body);
}

/// What each item is, newest first, and the first thing to be done about it.
fn told(items: &[Value]) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let first = |one: &Value| (word(&one["type"]), word(&one["actions"][0]["name"]));
    items.iter().map(first).collect()
}

async fn each_side_sees_what_waits_and_what_to_do(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    let friend = house.world.users.account("friend");
    for sort in SORTS {
        ask(&house, sort, guest).await;
        offer(&house, sort, friend).await;
    }
    let pair = |one: &str, two: &str| (one.to_owned(), two.to_owned());
    let mine = inbox(&house, guest).await;
    assert_eq!(told(&mine), vec![pair("own_request", "withdraw"); 3]);
    let theirs = inbox(&house, friend).await;
    assert_eq!(told(&theirs), vec![pair("offer", "accept"); 3]);
    assert_eq!(theirs[0]["username"], "owner");
    let decided = inbox(&house, house.owner).await;
    assert_eq!(told(&decided), vec![pair("request", "approve"); 3]);
    let names: Vec<&Value> = decided.iter().map(|one| &one["target"]).collect();
    assert_eq!(names[1..], [&json!("Futsal"), &decided[2]["target"]]);
    assert!(names[0].as_str().unwrap().contains("djinn"));
    assert_eq!(decided[0]["message"], "Let me in");
    let stranger = house.world.users.account("stranger");
    assert_eq!(inbox(&house, stranger).await, Vec::<Value>::new());
    // The addresses of the actions work.
    for item in decided.iter().chain(&theirs) {
        let who = if item["type"] == "offer" {
            friend
        } else {
            house.owner
        };
        let href = item["actions"][0]["href"].as_str().unwrap();
        let done = house.post(href, who, json!({})).await;
        assert!(done.status < 300, "{href}: {}", done.body);
    }
    for who in [guest, friend, house.owner] {
        assert_eq!(inbox(&house, who).await, Vec::<Value>::new());
    }
}

async fn those_of_every_contract_are_there(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    let (owner, channel) = (house.owner, house.channel);
    house.world.offer(owner, channel, guest).await.unwrap();
    let group = crate::app::group::make_join_request::NewJoinRequest {
        caller: guest,
        user: house.world.users.view(guest).uuid,
        group: house.group.uuid.clone(),
        direction: crate::domain::kind::Direction::Request,
        message: Some("Olá".to_owned()),
    };
    crate::app::group::make_join_request::make_join_request(&house.world.app, group)
        .await
        .unwrap();
    let mine = inbox(&house, guest).await;
    assert_eq!(mine.len(), 2, "{mine:?}");
    let owners = inbox(&house, owner).await;
    assert_eq!(owners.len(), 1, "{owners:?}");
    assert_eq!(owners[0]["message"], "Olá");
}

async fn what_has_lost_its_ground_is_left_out(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        offer(&house, sort, guest).await;
    }
    house.world.channels.leave(house.channel, house.owner);
    assert_eq!(inbox(&house, guest).await.len(), 2);
    house.world.users.lock(house.owner, true);
    assert_eq!(inbox(&house, guest).await, Vec::<Value>::new());
}

async fn it_goes_on_in_either_order(backend: Backend) {
    let house = open_house(backend).await;
    let mut guests = Vec::new();
    for n in 0..7 {
        let guest = house.world.users.account(&format!("guest-{n}"));
        ask(&house, SORTS[n % 3], guest).await;
        guests.push(guest);
    }
    let friend = house.world.users.account("friend");
    let channel = house
        .world
        .channels
        .create(friend, latchkey_peers::channels::ChannelType::Private);
    house
        .world
        .offer(friend, channel, house.owner)
        .await
        .unwrap();
    for (order, first) in [("-created_at", "offer"), ("created_at", "request")] {
        let mut address = format!("/v1/me/inbox?limit=2&order={order}");
        let mut seen = Vec::new();
        loop {
            let page = house.get(&address, house.owner).await.json();
            let data = page["data"].as_array().unwrap().clone();
            assert!(data.len() <= 2);
            seen.extend(data);
            let Some(next) = page["next"].as_str() else {
                break;
            };
            address = next
                .strip_prefix("https://chat.example")
                .unwrap()
                .to_owned();
        }
        let ids: std::collections::HashSet<String> =
            seen.iter().map(|one| one["id"].to_string()).collect();
        assert_eq!((seen.len(), ids.len()), (8, 8), "{order}");
        assert_eq!(seen[0]["type"], first);
    }
}

async fn a_token_needs_its_scope(backend: Backend) {
    let house = House::new(backend).await;
    let token = house
        .world
        .users
        .api_token(house.owner, &["invitation:read"]);
    let bearer = format!("Bearer {token}");
    let header = Some(("authorization", bearer.as_str()));
    let refused = house
        .send(Method::GET, "/v1/me/inbox", None, None, header)
        .await;
    assert_eq!(code(&refused), "scope-missing");
    let challenge = refused.header(&WWW_AUTHENTICATE);
    assert!(challenge.contains("account:read"), "{challenge}");
}

async fn all_that_is_given_is_told(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    let audience = json!({"type": "account", "account": format!("acc_{guest}")});
    let grants = ["group", "channel", "namespace"].map(|sort| house.grant(sort));
    let wish = json!({"grants": grants, "audience": audience});
    let made = house.post("/v1/invitations", house.owner, wish).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let told = inbox(&house, guest).await;
    let types = |grants: &Value| {
        let all = grants.as_array().unwrap().iter();
        all.map(|one| one["type"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(types(&told[0]["grants"]), ["group", "channel", "namespace"]);
    assert_eq!(told[0]["grant"]["type"], "group");
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let decline = format!("/v1/invitations/{id}/decline");
    let declined = house.post(&decline, guest, json!({})).await;
    assert_eq!(types(&declined.json()["grants"]).len(), 3);
}
