//! What bad input, a bad key and an unknown id get.

use actix_web::http::header::ALLOW;
use actix_web::test::TestRequest;
use latchkey_common::audit::Actor;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{WEEK, check, create, documented, made, message, site};
use crate::app::choir::create_key::create_operator_key;
use crate::tests::world::World;

both_databases!(
    what_is_missing_is_named,
    bad_input_changes_nothing,
    a_bad_key_is_refused_before_anything_else,
    any_unknown_id_is_not_found_and_echoed,
);

async fn what_is_missing_is_named(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let all = r#"Parameters missing from invitation creation "creator", "invitee", "choirId""#;
    for body in [
        json!({}),
        json!({"creator": null, "invitee": "", "choirId": ""}),
        json!({"choirid": "x"}),
    ] {
        let answer = create(&site, &key, body).await;
        assert_eq!((answer.status, message(&answer).as_str()), (422, all));
    }
    let answer = create(&site, &key, json!({"creator": "u", "choirId": "c"})).await;
    assert_eq!(answer.status, 422);
    let one = r#"Parameters missing from invitation creation "invitee""#;
    assert_eq!(message(&answer), one);
}

async fn bad_input_changes_nothing(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let long = "ä".repeat(1_001);
    for body in [
        json!({"creator": 5, "invitee": "i", "choirId": "c"}),
        json!({"creator": "u", "invitee": ["i"], "choirId": "c"}),
        json!({"creator": "u\0", "invitee": "i", "choirId": "c"}),
        json!({"creator": "u", "invitee": long, "choirId": "c"}),
        json!([1]),
        json!("x"),
    ] {
        let answer = create(&site, &key, body).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        message(&answer);
    }
    let uri = format!("/create/?apikey={key}");
    for (content_type, body) in [
        ("application/json", "{".to_owned()),
        ("application/json", String::new()),
        (
            "text/plain",
            r#"{"creator": "u", "invitee": "i", "choirId": "c"}"#.to_owned(),
        ),
        (
            "application/json",
            format!(r#"{{"creator": "{}"}}"#, "x".repeat(300_000)),
        ),
    ] {
        let request = TestRequest::post().uri(&uri).set_payload(body);
        let answer = site
            .send(request.insert_header(("content-type", content_type)))
            .await;
        documented("POST", "/create/", &answer);
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    for (request, allow) in [
        (TestRequest::get().uri(&uri), "POST"),
        (TestRequest::delete().uri("/check/x"), "GET, HEAD"),
    ] {
        let answer = site.send(request).await;
        assert_eq!((answer.status, answer.header(&ALLOW)), (405, allow));
        message(&answer);
    }
    // As long as it may be, whatever is in it.
    let most = "💥".repeat(1_000);
    let body = json!({"creator": most, "invitee": "no address", "choirId": "<c>"});
    let id = create(&site, &key, body).await.json()["id"].clone();
    let answer = check(&site, &key, id.as_str().unwrap()).await;
    assert_eq!(answer.json()["invitation"]["creator"], most);
}

async fn a_bad_key_is_refused_before_anything_else(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let id = made(&site, &key).await;
    world.advance(WEEK);
    let (_, other) = create_operator_key(&world.app, Actor::operator(true), "other".to_owned())
        .await
        .unwrap();
    let secret = other.expose().splitn(3, '_').nth(2).unwrap().to_owned();
    for query in [
        String::new(),
        "?apikey=".to_owned(),
        "?apikey=%00".to_owned(),
        "?apikey=x".to_owned(),
        format!("?apikey={key}x"),
        format!("?apikey=choir_1_{secret}"),
        format!("?apikey=choir_99_{secret}"),
        format!("?apikey={key}&apikey={key}"),
        format!("?key={key}"),
        format!("?apikey={}", "x".repeat(5_000)),
    ] {
        let checked = site.get(&format!("/check/{id}{query}")).await;
        documented("GET", "/check/x", &checked);
        assert_eq!(checked.status, 401, "{query}: {}", checked.body);
        message(&checked);
        let request = TestRequest::post().uri(&format!("/create{query}"));
        let created = site.send(request.set_payload("{")).await;
        documented("POST", "/create", &created);
        assert_eq!(created.status, 401, "{query}: {}", created.body);
    }
    // None of them used the one telling up.
    assert_eq!(check(&site, &key, &id).await.status, 489);
}

async fn any_unknown_id_is_not_found_and_echoed(backend: Backend) {
    let world = World::new(backend);
    let (site, key) = site(&world).await;
    let thousand = "x".repeat(1_000);
    let bombs = "%F0%9F%92%A5".repeat(1_000);
    let shown = "💥".repeat(1_000);
    for (sent, id) in [
        ("1", "1"),
        ("a/b", "a/b"),
        ("a%2Fb", "a/b"),
        ("%00", "\0"),
        ("%0A", "\n"),
        ("%22%3Cb%3E", "\"<b>"),
        ("%2525", "%25"),
        ("%25", "%"),
        ("a+b", "a+b"),
        ("%FF", "\u{fffd}"),
        ("", ""),
        ("..", ".."),
        ("'%20OR%201=1--", "' OR 1=1--"),
        (
            "00000000000000000000000000000000",
            "00000000000000000000000000000000",
        ),
        (thousand.as_str(), thousand.as_str()),
        (bombs.as_str(), shown.as_str()),
    ] {
        let answer = check(&site, &key, sent).await;
        assert_eq!(answer.status, 498, "{sent}: {}", answer.body);
        assert_eq!(
            message(&answer),
            format!("Invitation \"{id}\" was not found")
        );
    }
    // Another contract's invitation is none of this one's.
    let link = world.link(1).await;
    for id in [link.token.expose(), &link.invitation.id.to_string()] {
        assert_eq!(check(&site, &key, id).await.status, 498);
    }
}
