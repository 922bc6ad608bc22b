//! The page of keys and the calls behind it.

use crate::app::choir::create_key::{CreateKeyError, create_choir_key};
use crate::app::choir::whitelist::set_whitelisted;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::test::TestRequest;
use latchkey_common::audit::Actor;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use crate::tests::choirs::documented;
use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

both_databases!(
    keys_are_made_listed_and_deleted_by_json,
    only_listed_people_get_in,
    a_race_makes_no_more_keys_than_allowed,
    the_page_makes_and_deletes_keys,
    forms_of_other_sites_are_refused,
    bad_input_makes_no_key,
);

async fn listed(world: &World, name: &str) -> UserId {
    let user = world.users.account(name);
    set_whitelisted(&world.app, Actor::operator(true), (user, "listed"), true)
        .await
        .unwrap();
    user
}

async fn post(site: &Site, user: UserId, path: &str, body: Value) -> Answer {
    let answer = site.post_as(user, path, body).await;
    documented("POST", path, &answer);
    answer
}

async fn names(site: &Site, user: UserId) -> Vec<String> {
    let answer = site.get_as(user, "/keys/list").await;
    documented("GET", "/keys/list", &answer);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let keys = answer.json()["data"].as_array().unwrap().clone();
    keys.iter()
        .map(|key| key["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn status_of(site: &Site, key: &str) -> u16 {
    site.get(&format!("/check/x?apikey={key}")).await.status
}

async fn keys_are_made_listed_and_deleted_by_json(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let (john, jane) = (listed(&world, "John").await, listed(&world, "Jane").await);
    let mut keys = Vec::new();
    for name in ["one", "two"] {
        let made = post(&site, john, "/keys/create", json!({"keyname": name})).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let data = made.json()["data"].clone();
        assert_eq!(
            (&data["name"], &data["owner"]),
            (&json!(name), &json!("John"))
        );
        keys.push(data["_id"].as_str().unwrap().to_owned());
        assert_eq!(status_of(&site, keys.last().unwrap()).await, 498);
    }
    assert_eq!(names(&site, john).await, ["two", "one"]);
    assert!(names(&site, jane).await.is_empty());
    let list = site.get_as(john, "/keys/list").await;
    for key in &keys {
        let secret = key.splitn(3, '_').nth(2).unwrap();
        assert!(!list.body.contains(secret), "never again");
    }
    let id = list.json()["data"][0]["_id"].clone();

    // Somebody else's key is none of mine.
    for named in [id.clone(), json!(keys[1]), json!(99), json!("choir_99_x")] {
        let refused = post(&site, jane, "/keys/delete", json!({"key": named})).await;
        assert_eq!(refused.status, 404, "{}", refused.body);
    }
    let gone = post(&site, john, "/keys/delete", json!({"key": id})).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert_eq!(status_of(&site, &keys[1]).await, 401);
    assert_eq!(status_of(&site, &keys[0]).await, 498);
    let gone = post(&site, john, "/keys/delete", json!({"key": keys[0]})).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    assert_eq!(status_of(&site, &keys[0]).await, 401);
    let again = post(&site, john, "/keys/delete", json!({"key": keys[0]})).await;
    assert_eq!(again.status, 404);
    assert!(names(&site, john).await.is_empty());
}

async fn only_listed_people_get_in(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let stranger = world.users.super_user("stranger");
    let locked = world.users.account("locked");
    world.users.lock(locked, true);
    for (status, user) in [(401, locked), (403, stranger)] {
        let page = site.get_as(user, "/keys").await;
        assert_eq!(page.status, status);
        assert!(page.header(&CONTENT_TYPE).starts_with("text/html"));
        assert!(!page.body.contains("<form"), "{}", page.body);
        let list = site.get_as(user, "/keys/list").await;
        documented("GET", "/keys/list", &list);
        assert_eq!(list.status, status);
        let made = post(&site, user, "/keys/create", json!({"keyname": "x"})).await;
        assert_eq!(made.status, status);
        let gone = post(&site, user, "/keys/delete", json!({"key": 1})).await;
        assert_eq!(gone.status, status);
    }
    set_whitelisted(
        &world.app,
        Actor::operator(true),
        (stranger, "stranger"),
        true,
    )
    .await
    .unwrap();
    assert_eq!(site.get_as(stranger, "/keys").await.status, 200);
    set_whitelisted(
        &world.app,
        Actor::operator(true),
        (stranger, "stranger"),
        false,
    )
    .await
    .unwrap();
    assert_eq!(site.get_as(stranger, "/keys").await.status, 403);
}

async fn submit(site: &Site, user: UserId, path: &str, fields: &[(&str, &str)]) -> Answer {
    let cookie = site.cookie(user);
    let request = TestRequest::post().uri(path).insert_header(cookie);
    let answer = site.send(request.set_form(fields)).await;
    assert!(answer.header(&CONTENT_TYPE).starts_with("text/html"));
    let policy = answer.header(&CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("form-action 'self'") && !policy.contains("script"),
        "{policy}"
    );
    answer
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap().1;
    rest.split_once(after).unwrap().0
}

async fn token(site: &Site, user: UserId) -> String {
    let page = site.get_as(user, "/keys").await;
    between(&page.body, "name=\"form\" value=\"", "\"").to_owned()
}

async fn a_race_makes_no_more_keys_than_allowed(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_RATE_LIMITS", "on"),
            ("LATCHKEY_INVITATIONS__CHOIR_KEYS_PER_PERSON", "10"),
        ],
    );
    let john = listed(&world, "John").await;
    let caller = world.caller(john);
    let apps = [std::sync::Arc::clone(&world.app), world.second()];
    let made = race(64, |nth| {
        let (app, caller) = (&apps[nth % 2], &caller);
        async move { create_choir_key(app, caller, format!("key {nth}")).await }
    })
    .await;
    let few = made.iter().filter(|one| one.is_ok()).count();
    let refused = made
        .iter()
        .filter(|one| matches!(one, Err(CreateKeyError::TooMany)));
    assert_eq!((few, refused.count()), (10, 54));
}

async fn the_page_makes_and_deletes_keys(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let john = listed(&world, "John").await;
    let form = token(&site, john).await;
    let fields = [("form", form.as_str()), ("keyname", "<b>app</b>")];
    let page = submit(&site, john, "/keys/create", &fields).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("&lt;b&gt;app&lt;/b&gt;") && !page.body.contains("<b>app"));
    let key = between(&page.body, "<code id=\"key\">", "</code>").to_owned();
    assert_eq!(status_of(&site, &key).await, 498);
    let page = site.get_as(john, "/keys").await;
    assert!(!page.body.contains(&key), "shown once");
    let id = between(&page.body, "name=\"key\" value=\"", "\"").to_owned();
    let fields = [("form", form.as_str()), ("key", id.as_str())];
    assert_eq!(
        submit(&site, john, "/keys/delete", &fields).await.status,
        200
    );
    assert_eq!(status_of(&site, &key).await, 401);
    assert_eq!(
        submit(&site, john, "/keys/delete", &fields).await.status,
        404
    );
    let empty = [("form", form.as_str()), ("keyname", "")];
    assert_eq!(
        submit(&site, john, "/keys/create", &empty).await.status,
        422
    );
}

async fn forms_of_other_sites_are_refused(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let (john, jane) = (listed(&world, "John").await, listed(&world, "Jane").await);
    let janes = token(&site, jane).await;
    for fields in [
        vec![("keyname", "x")],
        vec![("keyname", "x"), ("form", "")],
        vec![("keyname", "x"), ("form", "AAAA")],
        vec![("keyname", "x"), ("form", janes.as_str())],
    ] {
        let answer = submit(&site, john, "/keys/create", &fields).await;
        assert_eq!(answer.status, 403, "{}", answer.body);
        let answer = submit(&site, john, "/keys/delete", &[("key", "1")]).await;
        assert_eq!(answer.status, 403, "{}", answer.body);
    }
    let cookie = site.cookie(john);
    let foreign = TestRequest::post()
        .uri("/keys/create")
        .insert_header(cookie)
        .insert_header(("origin", "https://evil.example"))
        .set_json(json!({"keyname": "x"}));
    assert_eq!(site.send(foreign).await.status, 403);
    assert!(names(&site, john).await.is_empty());
}

async fn bad_input_makes_no_key(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_RATE_LIMITS", "on"),
            ("LATCHKEY_INVITATIONS__CHOIR_KEYS_PER_PERSON", "1"),
        ],
    );
    let site = Site::new(&world);
    let john = listed(&world, "John").await;
    for (status, body) in [
        (422, json!({})),
        (422, json!({"keyname": null})),
        (422, json!({"keyname": ""})),
        (400, json!({"keyname": 5})),
        (400, json!({"keyname": "a\u{202e}b"})),
        (400, json!({"keyname": "a\0"})),
        (400, json!({"keyname": "x".repeat(101)})),
        (400, json!([])),
    ] {
        let answer = post(&site, john, "/keys/create", body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    for (status, body) in [
        (422, json!({})),
        (422, json!({"key": ""})),
        (400, json!({"key": 1.5})),
        (400, json!({"key": {}})),
        (404, json!({"key": -1})),
        (404, json!({"key": "99999999999999999999"})),
    ] {
        let answer = post(&site, john, "/keys/delete", body).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    assert!(names(&site, john).await.is_empty());
    let ask = json!({"keyname": "x".repeat(100)});
    assert_eq!(
        post(&site, john, "/keys/create", ask.clone()).await.status,
        200
    );
    assert_eq!(post(&site, john, "/keys/create", ask).await.status, 403);
}
