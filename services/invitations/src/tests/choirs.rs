//! The choir contract: its statuses, its one telling of an end, and its ids.

mod platform;
mod refused;

use latchkey_common::audit::Actor;
use std::time::Duration;

use crate::app::choir::create_key::{create_choir_key, create_operator_key};
use crate::app::choir::revoke_key::revoke_any_choir_key;
use crate::app::choir::whitelist::set_whitelisted;
use crate::app::ledger::find_shown::find_shown;
use crate::app::ledger::show_invitation::show_invitation;
use crate::domain::choir::ChoirKeyId;
use crate::domain::invitation::State;
use crate::store::engine::endings::expire;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::test::TestRequest;
use latchkey_common::db::SqlNow;
use latchkey_common::fault::Fault;
use latchkey_testing::openapi::Document;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    an_invitation_is_made_and_checked,
    the_end_is_told_once,
    the_end_is_told_once_after_the_job_ran,
    thirty_checks_tell_the_end_once,
    a_deleted_key_and_a_locked_owner_are_dead_at_once,
    an_operator_sees_the_whole_story,
);

const WEEK: Duration = Duration::from_hours(168);

pub(crate) fn document() -> Document {
    Document::load(latchkey_contracts::choirs::DOCUMENT).unwrap()
}

/// Holds an answer against the document.
pub(crate) fn documented(method: &str, path: &str, answer: &Answer) {
    let content_type = answer.header(&CONTENT_TYPE);
    let checked = document().check_answer(
        method,
        path,
        answer.status,
        Some(content_type),
        answer.body.as_bytes(),
    );
    if let Err(complaint) = checked {
        panic!("against the document: {complaint}: {}", answer.body);
    }
}

/// A site and a key of the operator's.
async fn site(world: &World) -> (Site, String) {
    let (_, key) = create_operator_key(&world.app, Actor::operator(true), "tests".to_owned())
        .await
        .unwrap();
    (Site::new(world), key.expose().to_owned())
}

async fn check(site: &Site, key: &str, id: &str) -> Answer {
    let answer = site.get(&format!("/check/{id}?apikey={key}")).await;
    documented("GET", "/check/x", &answer);
    answer
}

async fn create(site: &Site, key: &str, body: Value) -> Answer {
    let request = TestRequest::post().uri(&format!("/create/?apikey={key}"));
    let answer = site.send(request.set_json(body)).await;
    documented("POST", "/create/", &answer);
    answer
}

async fn made(site: &Site, key: &str) -> String {
    let body = json!({"creator": "u1", "invitee": "user@example.org", "choirId": "c1"});
    let answer = create(site, key, body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn message(answer: &Answer) -> String {
    assert_eq!(answer.json()["status"], "err");
    answer.json()["message"].as_str().unwrap().to_owned()
}

async fn an_invitation_is_made_and_checked(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let before = world.clock().now();
    let body = json!({
        "creator": "u1", "invitee": "user@example.org", "cnoirId": "c1",
        "expires": 1, "id": "x", "choirId": null
    });
    let request = TestRequest::post().uri(&format!("/create?apikey={key}"));
    let answer = site.send(request.set_json(&body)).await;
    documented("POST", "/create", &answer);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["status"], "ok");
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    // Checking uses nothing up.
    for _ in 0..3 {
        let answer = check(&site, &key, &id).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let invitation = &answer.json()["invitation"];
        let expires = invitation["expires"].as_i64().unwrap();
        assert!(expires >= before.plus(WEEK).0 && expires <= world.clock().now().plus(WEEK).0);
        let expected = json!({
            "creator": "u1", "choirId": "c1", "invitee": "user@example.org",
            "expires": expires, "id": id
        });
        assert_eq!(*invitation, expected);
    }
    // The same again is another one, and choirId wins.
    let body = json!({"creator": "u1", "invitee": "i", "cnoirId": "c1", "choirId": "c2"});
    let other = create(&site, &key, body).await.json();
    assert_ne!(other["id"], id);
    let other = check(&site, &key, other["id"].as_str().unwrap()).await;
    assert_eq!(other.json()["invitation"]["choirId"], "c2");
}

async fn the_end_is_told_once(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let id = made(&site, &key).await;
    world.advance(WEEK.saturating_sub(Duration::from_mins(1)));
    assert_eq!(check(&site, &key, &id).await.status, 200);
    world.advance(Duration::from_mins(1));
    let told = check(&site, &key, &id).await;
    let expected = format!("Invitation \"{id}\" has expired");
    assert_eq!((told.status, message(&told)), (489, expected));
    let which = find_shown(&world.app, &id).await.unwrap().unwrap();
    let story = show_invitation(&world.app, which).await.unwrap().unwrap();
    assert_eq!(story.invitation.state, State::Expired);
    let told = story.details.happened.iter().map(|(_, what)| *what);
    assert_eq!(
        told.collect::<Vec<_>>(),
        ["purged: a check found it expired"]
    );
    for _ in 0..2 {
        let answer = check(&site, &key, &id).await;
        let expected = format!("Invitation \"{id}\" was not found");
        assert_eq!((answer.status, message(&answer)), (498, expected));
    }
}

async fn the_end_is_told_once_after_the_job_ran(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let id = made(&site, &key).await;
    world.advance(WEEK);
    let now: SqlNow = world.app.db.now();
    let ended: Result<_, Fault> = world.app.db.change(move |conn| expire(conn, now, 10)).await;
    assert_eq!(ended.unwrap(), 1);
    assert_eq!(check(&site, &key, &id).await.status, 489);
    assert_eq!(check(&site, &key, &id).await.status, 498);
}

async fn thirty_checks_tell_the_end_once(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let id = made(&site, &key).await;
    world.advance(WEEK);
    let answers = race(30, |_| check(&site, &key, &id)).await;
    let told = answers.iter().filter(|answer| answer.status == 489).count();
    let gone = answers.iter().filter(|answer| answer.status == 498).count();
    assert_eq!((told, gone), (1, 29));
}

async fn a_deleted_key_and_a_locked_owner_are_dead_at_once(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let owner = world.users.account("owner");
    set_whitelisted(&world.app, Actor::operator(true), (owner, "owner"), true)
        .await
        .unwrap();
    let caller = world.caller(owner);
    let make = async || {
        let (key, text) = create_choir_key(&world.app, &caller, "mine".to_owned())
            .await
            .unwrap();
        (key.id, text.expose().to_owned())
    };
    let ((first, first_key), (_, second_key)) = (make().await, make().await);
    let id = made(&site, &first_key).await;
    revoke_any_choir_key(&world.app, Actor::operator(true), first)
        .await
        .unwrap();
    assert!(
        revoke_any_choir_key(&world.app, Actor::operator(true), first)
            .await
            .is_err()
    );
    assert!(
        revoke_any_choir_key(&world.app, Actor::operator(true), ChoirKeyId(99))
            .await
            .is_err()
    );
    assert_eq!(check(&site, &first_key, &id).await.status, 401);
    assert_eq!(check(&site, &second_key, &id).await.status, 200);
    world.users.lock(owner, true);
    assert_eq!(check(&site, &second_key, &id).await.status, 401);
    // The service's invitations outlive the person who made its key.
    world.follow().await;
    let (_, operators) = create_operator_key(&world.app, Actor::operator(true), "other".to_owned())
        .await
        .unwrap();
    assert_eq!(check(&site, operators.expose(), &id).await.status, 200);
    world.users.lock(owner, false);
    assert_eq!(check(&site, &second_key, &id).await.status, 200);
}

async fn an_operator_sees_the_whole_story(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__CHOIR_WHITELIST", "Other, OWNER")],
    );
    let site = Site::new(&world);
    let owner = world.users.account("owner");
    let (key, text) = create_choir_key(&world.app, &world.caller(owner), "app".to_owned())
        .await
        .unwrap();
    let id = made(&site, text.expose()).await;
    let which = find_shown(&world.app, &id).await.unwrap().unwrap();
    let story = show_invitation(&world.app, which).await.unwrap().unwrap();
    assert_eq!(story.invitation.issuer_id, Some(owner));
    assert_eq!(story.people.name(owner), "owner");
    let details = story.details;
    assert_eq!(details.recipient.as_deref(), Some("user@example.org"));
    let named = [
        ("shown as", id),
        ("creator", "u1".to_owned()),
        ("choir", "c1".to_owned()),
        ("by key", format!("{} (app)", key.id)),
    ];
    assert_eq!(details.named, named);
    assert!(details.happened.is_empty());
    let unknown = "0".repeat(32);
    assert!(find_shown(&world.app, &unknown).await.unwrap().is_none());
}
