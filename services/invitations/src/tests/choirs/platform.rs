//! `/invitation`, as the choir platform's application server asks for it.

use std::time::Duration;

use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::{WEEK, check, documented, made, message, site};
use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    an_invitation_needs_a_creator_and_no_more,
    an_end_is_told_as_often_as_one_asks,
    a_bad_key_changes_nothing,
);

async fn show(site: &Site, key: &str, id: &str) -> Answer {
    let uri = format!("/invitation?apikey={key}&inviteId={id}");
    let answer = site.get(&uri).await;
    documented("GET", "/invitation", &answer);
    answer
}

async fn create(site: &Site, key: &str, body: Value) -> Answer {
    let request = TestRequest::post().uri(&format!("/invitation?apikey={key}"));
    let answer = site.send(request.set_json(body)).await;
    documented("POST", "/invitation", &answer);
    answer
}

async fn an_invitation_needs_a_creator_and_no_more(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let given = [
        json!({"creator": "u1", "invitee": "user@example.org", "choirId": "c1"}),
        json!({"creator": "u1", "userId": "u2"}),
        json!({"creator": "u1"}),
    ];
    for body in given {
        let sent = with_nulls(&body);
        let answer = create(&site, &key, sent).await;
        assert_eq!((answer.status, &answer.json()["ok"]), (200, &json!(true)));
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let shown = show(&site, &key, &id).await.json();
        assert_eq!(shown["ok"], true);
        let mut invitation = shown["invitation"].clone();
        let members = invitation.as_object_mut().unwrap();
        assert!(members.remove("expires").unwrap().as_i64() > Some(world.clock().now().0));
        assert_eq!(members.remove("id").unwrap(), id.as_str());
        assert_eq!(invitation, body, "what was not given is left out");
        assert_eq!(check(&site, &key, &id).await.status, 200);
    }
    let long = "ä".repeat(1_001);
    for bad in [
        json!({}),
        json!({"creator": ""}),
        json!({"creator": "u", "userId": 1}),
        json!({"creator": "u", "userId": long}),
        json!({"creator": "u", "invitee": "a\0"}),
    ] {
        assert_eq!(create(&site, &key, bad).await.status, 400);
    }
}

/// What a client has not is null in what it sends.
fn with_nulls(body: &Value) -> Value {
    let mut sent = json!({"creator": null, "invitee": null, "choirId": null, "userId": null});
    for (name, value) in body.as_object().unwrap() {
        sent[name] = value.clone();
    }
    sent
}

async fn an_end_is_told_as_often_as_one_asks(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let id = made(&site, &key).await;
    assert_eq!(show(&site, &key, &id).await.status, 200);
    world.advance(WEEK + Duration::from_millis(1));
    let expired = format!("Invitation \"{id}\" has expired");
    for _ in 0..2 {
        let told = show(&site, &key, &id).await;
        assert_eq!((told.status, message(&told)), (498, expired.clone()));
    }
    // The other spelling still tells it once, and this one goes on.
    assert_eq!(check(&site, &key, &id).await.status, 489);
    assert_eq!(check(&site, &key, &id).await.status, 498);
    assert_eq!(show(&site, &key, &id).await.status, 498);
    for unknown in ["x", "a%2Fb", "001jlOnw4eA4ai2WFx8m0cW5c64IjGqw"] {
        assert_eq!(show(&site, &key, unknown).await.status, 404, "{unknown}");
    }
    for bad in ["", "a%00"] {
        assert_eq!(show(&site, &key, bad).await.status, 400, "{bad}");
    }
}

async fn a_bad_key_changes_nothing(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let id = made(&site, &key).await;
    assert_eq!(show(&site, "x", &id).await.status, 401);
    let body = json!({"creator": "u1"});
    assert_eq!(create(&site, "x", body).await.status, 401);
}
