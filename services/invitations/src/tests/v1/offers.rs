//! Invitations for one person: they say yes or no without a secret, and may stop further ones.

use actix_web::http::Method;
use actix_web::http::header::WWW_AUTHENTICATE;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::house::{House, code, id, secret};
use crate::app::channel::invite::InviteError;
use crate::app::group::make_join_request::{MakeError, NewJoinRequest, make_join_request};
use crate::domain::kind::Direction;
use crate::tests::site::Answer;

both_databases!(
    one_says_yes_without_a_secret,
    one_says_no_and_it_ends,
    those_of_others_are_not_there,
    an_address_finds_whoever_has_it,
    an_address_that_nobody_has_yet_waits,
    of_sixteen_yeses_one_comes_in,
    yes_and_no_at_once_are_one_of_the_two,
    whoever_is_blocked_invites_by_no_contract,
    a_block_is_listed_and_taken_back,
    each_call_needs_its_scope,
);

const SORTS: [&str; 3] = ["channel", "group", "namespace"];

/// An invitation of the owner's for this person.
async fn offer(house: &House, sort: &str, guest: UserId) -> Answer {
    let audience = json!({"type": "account", "account": format!("acc_{guest}")});
    let wish = json!({"grants": [house.grant(sort)], "audience": audience, "message": "Come"});
    house.post("/v1/invitations", house.owner, wish).await
}

async fn answer(house: &House, made: &Value, word: &str, who: UserId, body: Value) -> Answer {
    let uri = format!("/v1/invitations/{}/{word}", id(made));
    house.post(&uri, who, body).await
}

async fn one_says_yes_without_a_secret(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let made = offer(&house, sort, guest).await.json();
        let came = answer(&house, &made, "accept", guest, json!({})).await;
        assert_eq!(came.status, 201, "{sort}: {}", came.body);
        assert_eq!(came.json()["account"], format!("acc_{guest}"));
        assert_eq!(came.json()["secret"], Value::Null);
        let (settled, roster) = house.came_by(id(&made)).await;
        assert_eq!((settled, roster.len()), (1, 1));
        let again = answer(&house, &made, "accept", guest, json!({})).await;
        assert_eq!(
            (again.status, code(&again).as_str()),
            (409, "invitation-ended")
        );
        let further = offer(&house, sort, guest).await;
        assert_eq!(code(&further), "already-member", "{sort}");
    }
    assert!(house.world.channels.members(house.channel).contains(&guest));
}

async fn one_says_no_and_it_ends(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let made = offer(&house, sort, guest).await.json();
        let declined = answer(&house, &made, "decline", guest, json!({})).await;
        let json = declined.json();
        assert_eq!(
            (declined.status, json["state"].as_str()),
            (200, Some("declined")),
            "{sort}: {}",
            declined.body
        );
        assert_eq!(json["message"], "Come");
        assert!(json.get("note").is_none() && json.get("label").is_none());
        for word in ["accept", "decline"] {
            let late = answer(&house, &made, word, guest, json!({})).await;
            assert_eq!(code(&late), "invitation-ended", "{sort} {word}");
        }
        let refused = house.redeem(sort, secret(&made), "guest").await;
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (410, "invitation-declined")
        );
        // Nothing stops a further one.
        assert_eq!(offer(&house, sort, guest).await.status, 201, "{sort}");
    }
}

async fn those_of_others_are_not_there(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    let stranger = house.world.users.account("stranger");
    let made = offer(&house, "group", guest).await.json();
    let link = house.link("group", json!({})).await;
    for (which, who) in [(&made, stranger), (&made, house.owner), (&link, guest)] {
        for word in ["accept", "decline"] {
            let refused = answer(&house, which, word, who, json!({})).await;
            assert_eq!(refused.status, 404, "{}", refused.body);
        }
    }
}

async fn an_address_finds_whoever_has_it(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    house.world.users.set_email(guest, "Guest@example.org");
    let audience = json!({"type": "email", "email": "guest@EXAMPLE.org"});
    for sort in SORTS {
        let wish = json!({"grants": [house.grant(sort)], "audience": audience});
        let made = house.post("/v1/invitations", house.owner, wish).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let made = made.json();
        // Whose it is, is not told.
        assert_eq!(made["audience"], audience);
        let came = answer(&house, &made, "accept", guest, json!({})).await;
        assert_eq!(came.status, 201, "{sort}: {}", came.body);
    }
    let none = json!({"grants": [{"type": "account"}], "audience": audience});
    let refused = house.post("/v1/invitations", house.owner, none).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "#/audience");
    let bad = json!({"type": "email", "email": "guest at home"});
    let wish = json!({"grants": [house.grant("group")], "audience": bad});
    let refused = house.post("/v1/invitations", house.owner, wish).await;
    assert_eq!(refused.json()["errors"][0]["pointer"], "#/audience/email");
}

async fn an_address_that_nobody_has_yet_waits(backend: Backend) {
    let house = House::new(backend).await;
    let audience = json!({"type": "email", "email": "Late@example.org"});
    let (other, late) = (
        house.world.users.account("other"),
        house.world.users.account("late"),
    );
    house.world.users.set_email(other, "other@example.org");
    for sort in SORTS {
        house.world.users.set_email(late, "later@example.org");
        let wish = json!({"grants": [house.grant(sort)], "audience": audience});
        let made = house
            .post("/v1/invitations", house.owner, wish)
            .await
            .json();
        let enter = |who| {
            let body = json!({"secret": secret(&made)});
            house.post("/v1/redemptions", who, body)
        };
        for guest in [other, late] {
            let refused = enter(guest).await;
            assert_eq!(code(&refused), "other-recipient", "{sort}");
        }
        house.world.users.set_email(late, "late@example.org");
        let came = enter(late).await;
        assert_eq!(came.status, 201, "{sort}: {}", came.body);
    }
}

async fn of_sixteen_yeses_one_comes_in(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let made = offer(&house, sort, guest).await.json();
        let answers = race(16, |_| answer(&house, &made, "accept", guest, json!({}))).await;
        let came = answers.iter().filter(|one| one.status == 201).count();
        assert_eq!(came, 1, "{sort}");
        for other in answers.iter().filter(|one| one.status != 201) {
            assert_eq!(other.status, 409, "{sort}: {}", other.body);
        }
        assert_eq!(house.came_by(id(&made)).await.0, 1);
    }
}

async fn yes_and_no_at_once_are_one_of_the_two(backend: Backend) {
    let house = House::new(backend).await;
    for (n, sort) in SORTS.iter().cycle().take(9).enumerate() {
        let guest = house.world.users.account(&format!("guest-{n}"));
        let made = offer(&house, sort, guest).await.json();
        let answers = race(8, |n| {
            let word = if n % 2 == 0 { "accept" } else { "decline" };
            answer(&house, &made, word, guest, json!({}))
        })
        .await;
        let done = answers.iter().filter(|one| one.status < 300).count();
        let said_yes = answers.iter().any(|one| one.status == 201);
        let (settled, _) = house.came_by(id(&made)).await;
        assert_eq!(settled == 1, said_yes, "{sort}");
        assert_eq!(done, 1, "{sort}");
        for other in answers.iter().filter(|one| one.status >= 300) {
            assert!([409, 503].contains(&other.status), "{}", other.body);
        }
    }
}

async fn whoever_is_blocked_invites_by_no_contract(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    let made = offer(&house, "group", guest).await.json();
    let no = answer(&house, &made, "decline", guest, json!({"block": true})).await;
    assert_eq!(no.status, 200, "{}", no.body);
    for sort in SORTS {
        let refused = offer(&house, sort, guest).await;
        assert_eq!(
            (refused.status, code(&refused).as_str()),
            (403, "takes-no-invitations"),
            "{sort}"
        );
    }
    let renewed = answer(&house, &made, "renew", house.owner, json!({})).await;
    assert_eq!(code(&renewed), "takes-no-invitations");
    let chat = house.world.offer(house.owner, house.channel, guest).await;
    assert!(matches!(chat, Err(InviteError::TakesNone)), "{chat:?}");
    let group = NewJoinRequest {
        caller: house.owner,
        user: house.world.users.view(guest).uuid,
        group: house.group.uuid.clone(),
        direction: Direction::Offer,
        message: None,
    };
    let group = make_join_request(&house.world.app, group).await;
    assert!(matches!(group, Err(MakeError::TakesNone)), "{group:?}");
    let token = house.world.users.api_token(
        house.owner,
        &["namespace:read", "invite:read", "invite:write"],
    );
    let bearer = format!("Bearer {token}");
    let request = actix_web::test::TestRequest::post()
        .uri("/n/owner/djinn/-/invites")
        .insert_header(("authorization", bearer))
        .set_json(json!({"handle": "guest"}));
    let tree = house.site.send(request).await;
    assert!(
        tree.body
            .contains("takes no invitations from you or from strangers"),
        "{} {}",
        tree.status,
        tree.body
    );
    // Others still may.
    let friend = house.world.users.account("friend");
    let channel = house
        .world
        .channels
        .create(friend, latchkey_peers::channels::ChannelType::Private);
    house.world.offer(friend, channel, guest).await.unwrap();
}

async fn a_block_is_listed_and_taken_back(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    let uri = "/v1/me/blocks";
    let whom = json!({"account": format!("acc_{}", house.owner)});
    for _ in 0..2 {
        let made = house.post(uri, guest, whom.clone()).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert_eq!(made.json()["username"], "owner");
    }
    for (body, why) in [
        (json!({"account": format!("acc_{guest}")}), "conflict"),
        (json!({"account": "acc_99"}), "not_found"),
        (json!({}), "required"),
    ] {
        let wrong = house.post(uri, guest, body).await;
        assert_eq!(wrong.json()["errors"][0]["code"], why);
    }
    let list = house.get(uri, guest).await.json();
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(list["data"][0]["account"], whom["account"]);
    let others = house.get(uri, house.owner).await.json();
    assert_eq!(others["data"], json!([]));
    assert_eq!(offer(&house, "group", guest).await.status, 403);
    let one = format!("{uri}/acc_{}", house.owner);
    for status in [204, 404] {
        let gone = house
            .send(Method::DELETE, &one, Some(guest), None, None)
            .await;
        assert_eq!(gone.status, status);
    }
    assert_eq!(offer(&house, "group", guest).await.status, 201);
}

async fn each_call_needs_its_scope(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    let token = house.world.users.api_token(guest, &["invitation:read"]);
    let bearer = format!("Bearer {token}");
    let body = || Some(json!({}));
    for (method, uri, body, scope) in [
        (Method::GET, "/v1/me/blocks", None, "account:read"),
        (Method::POST, "/v1/me/blocks", body(), "account:manage"),
        (
            Method::DELETE,
            "/v1/me/blocks/acc_1",
            None,
            "account:manage",
        ),
        (
            Method::POST,
            "/v1/invitations/inv_1/accept",
            body(),
            "invitation:write",
        ),
        (
            Method::POST,
            "/v1/invitations/inv_1/decline",
            body(),
            "invitation:write",
        ),
    ] {
        let header = Some(("authorization", bearer.as_str()));
        let refused = house.send(method, uri, None, body, header).await;
        assert_eq!(code(&refused), "scope-missing", "{uri}");
        let challenge = refused.header(&WWW_AUTHENTICATE);
        assert!(challenge.contains(scope), "{uri}: {challenge}");
    }
}
