//! An offer that meets a request, and a request that meets an offer: both sides wanted it, and nobody is asked twice.

use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_peers::fake::Trouble;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::house::{House, id};
use super::requests::{SORTS, ask, open_house, row};
use crate::app::channel::invite::InviteError;
use crate::app::group::make_join_request::{MakeError, NewJoinRequest, make_join_request};
use crate::domain::invitation::State;
use crate::domain::kind::Direction;
use crate::tests::site::Answer;

both_databases!(
    an_offer_that_meets_a_request_lets_in,
    a_request_that_meets_an_offer_takes_it,
    an_offer_of_another_contract_is_taken,
    a_request_of_the_group_contract_is_met,
    contracts_with_a_conflict_of_their_own_keep_it,
    of_both_at_once_one_membership_comes,
    the_same_call_is_told_the_same,
    who_is_on_the_way_in_comes_in_in_spite_of_a_later_no,
);

async fn offer(house: &House, sort: &str, guest: UserId) -> Answer {
    let audience = json!({"type": "account", "account": format!("acc_{guest}")});
    let wish = json!({"grants": [house.grant(sort)], "audience": audience});
    house.post("/v1/invitations", house.owner, wish).await
}

/// Nothing waits any more between the two.
async fn nothing_is_open(house: &House, sort: &str, guest: UserId) {
    let mine = house.get("/v1/join-requests?state=open", guest).await;
    assert_eq!(mine.json()["data"], json!([]), "{sort}");
    let again = ask(house, sort, guest).await;
    assert_eq!(again.json()["code"], "already-member", "{sort}");
}

fn settled(answer: &Answer, guest: UserId) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    assert_eq!(json["settled"]["account"], format!("acc_{guest}"));
    assert_eq!(json["settled"]["state"], "settled");
}

fn group_wish(house: &House, guest: UserId, direction: Direction) -> NewJoinRequest {
    NewJoinRequest {
        caller: match direction {
            Direction::Offer => house.owner,
            Direction::Request => guest,
        },
        user: house.world.users.view(guest).uuid,
        group: house.group.uuid.clone(),
        direction,
        message: Some("Olá".to_owned()),
    }
}

async fn tree_invite(house: &House, name: &str) -> Answer {
    let words = ["namespace:read", "invite:read", "invite:write"];
    let token = house.world.users.api_token(house.owner, &words);
    let request = TestRequest::post()
        .uri("/n/owner/djinn/-/invites")
        .insert_header(("authorization", format!("Bearer {token}")))
        .set_json(json!({"handle": name}));
    house.site.send(request).await
}

async fn an_offer_that_meets_a_request_lets_in(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let asked = ask(&house, sort, guest).await.json();
        settled(&offer(&house, sort, guest).await, guest);
        let stood = row(&house, &asked).await;
        assert_eq!((stood.state, stood.settled), (State::Accepted, 1), "{sort}");
        assert_eq!(stood.decided_by, Some(house.owner));
        nothing_is_open(&house, sort, guest).await;
    }
}

async fn a_request_that_meets_an_offer_takes_it(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let made = offer(&house, sort, guest).await.json();
        settled(&ask(&house, sort, guest).await, guest);
        let stood = row(&house, &made).await;
        assert_eq!((stood.state, stood.settled), (State::Accepted, 1), "{sort}");
        nothing_is_open(&house, sort, guest).await;
    }
}

async fn an_offer_of_another_contract_is_taken(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    house
        .world
        .offer(house.owner, house.channel, guest)
        .await
        .unwrap();
    let wish = group_wish(&house, guest, Direction::Offer);
    make_join_request(&house.world.app, wish).await.unwrap();
    assert_eq!(tree_invite(&house, "guest").await.status, 200);
    for sort in SORTS {
        settled(&ask(&house, sort, guest).await, guest);
        nothing_is_open(&house, sort, guest).await;
    }
}

async fn a_request_of_the_group_contract_is_met(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    let wish = group_wish(&house, guest, Direction::Request);
    let made = make_join_request(&house.world.app, wish).await.unwrap();
    let list = format!("/v1/join-requests?target=grp_{}", house.group.id);
    let list = house.get(&list, house.owner).await.json();
    assert_eq!(list["data"][0]["message"], "Olá");
    settled(&offer(&house, "group", guest).await, guest);
    let uuid = made.request.words.uuid;
    let shown = house
        .world
        .app
        .db
        .look(move |conn| crate::store::group::join_requests::find(conn, &uuid))
        .await;
    let shown: Result<_, latchkey_common::fault::Fault> = shown;
    assert_eq!(shown.unwrap().unwrap().status(), "APPROVED");
}

async fn contracts_with_a_conflict_of_their_own_keep_it(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        assert_eq!(ask(&house, sort, guest).await.status, 201, "{sort}");
    }
    let chat = house.world.offer(house.owner, house.channel, guest).await;
    assert!(matches!(chat, Err(InviteError::AlreadyInvited)), "{chat:?}");
    let wish = group_wish(&house, guest, Direction::Offer);
    let group = make_join_request(&house.world.app, wish).await;
    assert!(matches!(group, Err(MakeError::AlreadyAsked)), "{group:?}");
    let tree = tree_invite(&house, "guest").await;
    assert!(tree.body.contains("invited already"), "{}", tree.body);
    // Nobody was let in, and nothing has ended by that.
    let mine = house.get("/v1/join-requests?state=open", guest).await;
    assert_eq!(mine.json()["data"].as_array().unwrap().len(), 3);
}

async fn of_both_at_once_one_membership_comes(backend: Backend) {
    let house = open_house(backend).await;
    for (n, sort) in SORTS.iter().cycle().take(18).enumerate() {
        let guest = house.world.users.account(&format!("guest-{n}"));
        let (at, sort) = (&house, *sort);
        let answers = race(2, |n| async move {
            if n == 0 {
                offer(at, sort, guest).await
            } else {
                ask(at, sort, guest).await
            }
        })
        .await;
        let mut statuses: Vec<u16> = answers.iter().map(|one| one.status).collect();
        statuses.sort_unstable();
        assert_eq!(
            statuses,
            [200, 201],
            "{sort}: {} {}",
            answers[0].body,
            answers[1].body
        );
        nothing_is_open(&house, sort, guest).await;
        let made = answers.iter().find(|one| one.status == 201).unwrap().json();
        let stood = row(&house, &made).await;
        assert_eq!((stood.state, stood.settled), (State::Accepted, 1), "{sort}");
    }
}

async fn the_same_call_is_told_the_same(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        offer(&house, sort, guest).await;
        let wish = json!({"target": super::requests::target(&house, sort)});
        let key = format!("ask-{sort}");
        let call = || async {
            let (method, uri) = (actix_web::http::Method::POST, "/v1/join-requests");
            let header = Some(("idempotency-key", key.as_str()));
            house
                .send(method, uri, Some(guest), Some(wish.clone()), header)
                .await
        };
        let first = call().await;
        settled(&first, guest);
        let again = call().await;
        assert_eq!(again.json(), first.json(), "{sort}");
        let told = again.headers.get("idempotent-replayed");
        assert_eq!(told.map(|it| it.to_str().unwrap()), Some("true"));
    }
    let wish: Value = json!({"target": "grp_1", "message": "other"});
    let header = Some(("idempotency-key", "ask-group"));
    let other = house
        .send(
            actix_web::http::Method::POST,
            "/v1/join-requests",
            Some(guest),
            Some(wish),
            header,
        )
        .await;
    assert_eq!(other.json()["code"], "idempotency-key-reused");
}

async fn who_is_on_the_way_in_comes_in_in_spite_of_a_later_no(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    let made = offer(&house, "channel", guest).await.json();
    let answer = async |word| {
        let at = format!("/v1/invitations/{}/{word}", id(&made));
        house.post(&at, guest, json!({})).await
    };
    house.world.channels.calls.trouble(Trouble::AnswerLost);
    let yes = answer("accept").await;
    assert_eq!(yes.status, 202, "{}", yes.body);
    let no = answer("decline").await;
    assert_eq!(no.status, 503, "{}", no.body);
    house.world.channels.calls.trouble(Trouble::None);
    house.world.settle().await;
    assert_eq!(house.came_by(id(&made)).await.0, 1);
    assert!(house.world.channels.members(house.channel).contains(&guest));
}
