//! Asking to come in, and who decides.

use actix_web::http::header::{LOCATION, WWW_AUTHENTICATE};
use actix_web::http::{Method, header::ETAG};
use latchkey_common::auth::UserId;
use latchkey_peers::channels::{Permission, Permissions};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use super::house::{House, code, id};
use crate::app::channel::join::JoinError;
use crate::domain::invitation::{InvitationId, State};
use crate::tests::site::Answer;

both_databases!(
    whoever_asks_is_let_in_by_whoever_may,
    asking_lets_nobody_in,
    a_no_has_its_reason_and_is_final,
    one_takes_back_what_one_has_asked,
    nobody_else_decides,
    one_of_many_decisions_counts,
    what_takes_no_requests_says_so,
    each_call_needs_its_scope,
);

pub(super) const SORTS: [&str; 3] = ["channel", "group", "namespace"];

/// What the owner has of this sort, as requests name it.
pub(super) fn target(house: &House, sort: &str) -> String {
    match sort {
        "channel" => format!("chn_{}", house.channel),
        "group" => house.group.uuid.clone(),
        _ => "nsp_1".to_owned(),
    }
}

/// The request of this person.
pub(super) async fn ask(house: &House, sort: &str, guest: UserId) -> Answer {
    let wish = json!({"target": target(house, sort), "message": "Let me in"});
    house.post("/v1/join-requests", guest, wish).await
}

pub(super) async fn decide(house: &House, asked: &Value, word: &str, who: UserId) -> Answer {
    let uri = format!("/v1/join-requests/{}/{word}", id(asked));
    house.post(&uri, who, json!({})).await
}

/// What the namespaces' owner has is seen by everybody with an account, and the group by all.
pub(super) async fn open_house(backend: Backend) -> House {
    let house = House::new(backend).await;
    let token = house
        .world
        .users
        .api_token(house.owner, &["namespace:read", "namespace:write"]);
    let request = actix_web::test::TestRequest::patch()
        .uri("/n/owner/djinn")
        .insert_header(("authorization", format!("Bearer {token}")))
        .set_json(json!({"visibility": "public"}));
    let opened = house.site.send(request).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    house
}

/// The row behind a request.
pub(super) async fn row(house: &House, asked: &Value) -> crate::domain::invitation::Invitation {
    let number = id(asked).split_once('_').unwrap().1.parse().unwrap();
    house.world.row(InvitationId(number)).await
}

async fn whoever_asks_is_let_in_by_whoever_may(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let asked = ask(&house, sort, guest).await;
        assert_eq!(asked.status, 201, "{sort}: {}", asked.body);
        let at = asked.header(&LOCATION).to_owned();
        let tag = asked.header(&ETAG).to_owned();
        let asked = asked.json();
        assert_eq!(
            (&asked["state"], &asked["username"], &asked["message"]),
            (&json!("open"), &json!("guest"), &json!("Let me in"))
        );
        let again = ask(&house, sort, guest).await;
        assert_eq!(code(&again), "already-asked");
        assert_eq!(again.json()["instead"], at);
        for who in [guest, house.owner] {
            let shown = house.get(&at, who).await;
            assert_eq!(shown.header(&ETAG), tag, "{sort}: {}", shown.body);
        }
        let place = match sort {
            "group" => format!("grp_{}", house.group.id),
            sort => target(&house, sort),
        };
        let list = format!("/v1/join-requests?target={place}&state=open");
        let list = house.get(&list, house.owner).await.json();
        assert_eq!(list["data"], json!([asked]));
        let yes = decide(&house, &asked, "approve", house.owner).await;
        assert_eq!(yes.status, 200, "{sort}: {}", yes.body);
        let yes = yes.json();
        assert_eq!(
            (&yes["state"], &yes["decided_by"]),
            (&json!("approved"), &json!(format!("acc_{}", house.owner)))
        );
        let stood = row(&house, &asked).await;
        assert_eq!((stood.used, stood.settled), (1, 1));
        let more = ask(&house, sort, guest).await;
        assert_eq!(code(&more), "already-member", "{sort}");
        let late = decide(&house, &asked, "approve", house.owner).await;
        assert_eq!(
            (late.status, code(&late).as_str()),
            (409, "request-decided")
        );
    }
    let mine = house.get("/v1/join-requests", guest).await.json();
    assert_eq!(mine["data"].as_array().unwrap().len(), 3);
    assert!(house.world.channels.members(house.channel).contains(&guest));
}

async fn asking_lets_nobody_in(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let asked = ask(&house, sort, guest).await.json();
        let number = id(&asked).split_once('_').unwrap().1.to_owned();
        let accept = format!("/v1/invitations/inv_{number}/accept");
        assert_eq!(house.post(&accept, guest, json!({})).await.status, 404);
        let own = decide(&house, &asked, "approve", guest).await;
        assert_eq!(own.status, 403, "{sort}: {}", own.body);
        let chat = Some(InvitationId(number.parse().unwrap()));
        let joined = house.world.join(guest, house.channel, chat).await;
        assert!(
            matches!(joined, Err(JoinError::InvitationNotFound)),
            "{sort}: {joined:?}"
        );
        let words = ["invite:read", "invite:write", "invite:delete"];
        let token = house.world.users.api_token(guest, &words);
        for method in [Method::PATCH, Method::DELETE] {
            let request = actix_web::test::TestRequest::with_uri(&format!("/invites/{number}"))
                .method(method)
                .insert_header(("authorization", format!("Bearer {token}")))
                .set_json(json!({"status": "accepted"}));
            let tree = house.site.send(request).await;
            assert!(tree.status >= 400, "{sort}: {}", tree.body);
        }
        let stood = row(&house, &asked).await;
        assert_eq!((stood.state, stood.used), (State::Open, 0), "{sort}");
    }
    assert!(house.world.received(guest).await.is_empty());
    assert!(!house.world.channels.members(house.channel).contains(&guest));
}

async fn a_no_has_its_reason_and_is_final(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let asked = ask(&house, sort, guest).await.json();
        let uri = format!("/v1/join-requests/{}/reject", id(&asked));
        let no = house
            .post(&uri, house.owner, json!({"reason": "Full"}))
            .await;
        assert_eq!(no.status, 200, "{sort}: {}", no.body);
        let shown = format!("/v1/join-requests/{}", id(&asked));
        let shown = house.get(&shown, guest).await.json();
        assert_eq!(
            (&shown["state"], &shown["reason"]),
            (&json!("rejected"), &json!("Full"))
        );
        for word in ["approve", "reject"] {
            let late = decide(&house, &asked, word, house.owner).await;
            assert_eq!(code(&late), "request-decided");
        }
        // One may ask again.
        assert_eq!(ask(&house, sort, guest).await.status, 201, "{sort}");
    }
}

async fn one_takes_back_what_one_has_asked(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    for sort in SORTS {
        let asked = ask(&house, sort, guest).await.json();
        let other = decide(&house, &asked, "withdraw", house.owner).await;
        assert_eq!(other.status, 404);
        let back = decide(&house, &asked, "withdraw", guest).await;
        assert_eq!(back.json()["state"], "withdrawn", "{}", back.body);
        let late = decide(&house, &asked, "approve", house.owner).await;
        assert_eq!(code(&late), "request-decided", "{sort}");
    }
}

async fn nobody_else_decides(backend: Backend) {
    let house = open_house(backend).await;
    let guest = house.world.users.account("guest");
    let stranger = house.world.users.account("stranger");
    let perms = [Permission::Read, Permission::Invite];
    let perms: Permissions = perms.into_iter().collect();
    house.world.channels.enter(house.channel, stranger, perms);
    for sort in SORTS {
        let asked = ask(&house, sort, guest).await.json();
        // In the channel they may invite, but not give what is asked for.
        let yes = decide(&house, &asked, "approve", stranger).await;
        assert_eq!(yes.status, 404, "{sort}: {}", yes.body);
        let no = decide(&house, &asked, "reject", stranger).await;
        let expected = if sort == "channel" { 200 } else { 404 };
        assert_eq!(no.status, expected, "{sort}: {}", no.body);
    }
    let list = format!("/v1/join-requests?target=grp_{}", house.group.id);
    assert_eq!(house.get(&list, stranger).await.status, 404);
    let asked = ask(&house, "channel", guest).await.json();
    house.world.users.lock(guest, true);
    let gone = decide(&house, &asked, "approve", house.owner).await;
    assert_eq!(gone.status, 404, "{}", gone.body);
}

async fn one_of_many_decisions_counts(backend: Backend) {
    let house = open_house(backend).await;
    for (n, sort) in SORTS.iter().cycle().take(9).enumerate() {
        let guest = house.world.users.account(&format!("guest-{n}"));
        let asked = ask(&house, sort, guest).await.json();
        let answers = race(12, |n| {
            let (word, who) = match n % 3 {
                0 => ("approve", house.owner),
                1 => ("reject", house.owner),
                _ => ("withdraw", guest),
            };
            decide(&house, &asked, word, who)
        })
        .await;
        let done: Vec<&Answer> = answers.iter().filter(|one| one.status == 200).collect();
        assert_eq!(done.len(), 1, "{sort}");
        for other in answers.iter().filter(|one| one.status != 200) {
            assert!([409, 503].contains(&other.status), "{}", other.body);
        }
        let stood = row(&house, &asked).await;
        let is_in = done[0].json()["state"] == "approved";
        assert_eq!(
            (stood.state == State::Accepted, stood.settled == 1),
            (is_in, is_in)
        );
    }
}

async fn what_takes_no_requests_says_so(backend: Backend) {
    let house = House::new(backend).await;
    let guest = house.world.users.account("guest");
    // A private namespace is not there for whoever may not see it.
    for target in ["nsp_1", "nsp_77", "chn_77", "grp_77"] {
        let wish = json!({"target": target});
        let refused = house.post("/v1/join-requests", guest, wish).await;
        assert_eq!(refused.status, 422, "{target}: {}", refused.body);
        assert_eq!(refused.json()["errors"][0]["pointer"], "#/target");
    }
    let bare = house.post("/v1/join-requests", guest, json!({})).await;
    assert_eq!(bare.json()["errors"][0]["code"], "required");
    let closed = crate::domain::group::About {
        accepting_new_members: Some(false),
        ..crate::domain::group::About::default()
    };
    let group = crate::app::group::create::NewGroup {
        owner: house.owner,
        name: "Closed".to_owned(),
        about: closed,
    };
    let group = crate::app::group::create::create_group(&house.world.app, group).await;
    let wish = json!({"target": format!("grp_{}", group.unwrap().id)});
    let refused = house.post("/v1/join-requests", guest, wish).await;
    assert_eq!(
        (refused.status, code(&refused).as_str()),
        (409, "requests-not-taken")
    );
}

async fn each_call_needs_its_scope(backend: Backend) {
    let house = House::new(backend).await;
    let token = house
        .world
        .users
        .api_token(house.owner, &["invitation:read", "invitation:write"]);
    let bearer = format!("Bearer {token}");
    for word in ["approve", "reject"] {
        let uri = format!("/v1/join-requests/req_1/{word}");
        let header = Some(("authorization", bearer.as_str()));
        let refused = house
            .send(Method::POST, &uri, None, Some(json!({})), header)
            .await;
        assert_eq!(code(&refused), "scope-missing");
        let challenge = refused.header(&WWW_AUTHENTICATE);
        assert!(challenge.contains("request:decide"), "{challenge}");
    }
}
