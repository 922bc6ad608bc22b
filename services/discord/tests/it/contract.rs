//! The document's calls, to the letter.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_contracts::discord::Rds;
use latchkey_contracts::groups::Bearer;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::{ANNA, BERT, BOSS, PATHS, World};

async fn every_spelling_makes_and_reads(backend: Backend) {
    let world = World::new(backend);
    for (user, make) in (ANNA..).zip(PATHS) {
        let made = world.post(make, user).await;
        let link = made.body["inviteLink"].as_str().unwrap().to_owned();
        assert!(link.starts_with("https://discord.gg/"), "{link}");
        made.is(
            201,
            &json!({"message": "Invite created successfully.", "inviteLink": link}),
        );
        for read in PATHS {
            let found = world.get(read, user).await;
            let id = found.body["inviteResponse"]["id"].clone();
            assert!(id.is_string());
            let invite = json!({"id": id, "inviteLink": link, "userId": user.to_string()});
            found.is(
                200,
                &json!({
                    "message": "Invite return successfully!",
                    "inviteResponse": invite,
                    "inviteLink": link,
                }),
            );
            world
                .post(read, user)
                .await
                .is(409, &json!({"message": "User invite is already present!"}));
        }
    }
    assert_eq!(
        world.discord.calls(),
        3,
        "a second POST does not reach Discord"
    );
}

async fn who_has_no_session_is_nobody(backend: Backend) {
    let world = World::new(backend);
    let unauthorized =
        |message: &str| json!({"statusCode": 401, "error": "Unauthorized", "message": message});
    let tokens = [
        String::new(),
        "x".to_owned(),
        "a.b.c".to_owned(),
        world.users.signed::<Rds>(UserId(ANNA), -60),
        world.users.signed::<Bearer>(UserId(ANNA), 3600),
        world
            .users
            .signed::<Rds>(UserId(ANNA), 3600)
            .trim_end_matches(|c| c != '.')
            .to_owned(),
    ];
    for path in PATHS {
        // 401 goes before a query that cannot be read.
        for query in ["", "?userId=3", "?userId=1&userId=2"] {
            for token in &tokens {
                for (method, message) in [
                    (Method::GET, "You are not authorized for this action."),
                    (Method::POST, "Unauthenticated user"),
                ] {
                    let request = TestRequest::with_uri(&format!("{path}{query}"))
                        .method(method)
                        .insert_header(("cookie", format!("rds-session={token}")));
                    world.send(request).await.is(401, &unauthorized(message));
                }
            }
        }
        let bare = TestRequest::get().uri(path);
        world.send(bare).await.ok(401);
    }
    assert_eq!(world.discord.calls(), 0);
}

async fn others_are_for_super_users(backend: Backend) {
    let world = World::new(backend);
    for odd in [
        "3",
        "1",
        "999",
        "02",
        "x",
        "%00",
        "99999999999999999999",
        "-1",
        "0",
    ] {
        let path = format!("{}?userId={odd}", PATHS[0]);
        let refused = json!({"message": "You do not have permission to access this resource."});
        world.get(&path, ANNA).await.is(403, &refused);
        let refused = json!({
            "statusCode": 403,
            "error": "Forbidden",
            "message": "User should be super user to generate link for other users",
        });
        world.post(&path, ANNA).await.is(403, &refused);
    }
    assert_eq!(world.discord.calls(), 0);
    let own = format!("{}?userId={ANNA}", PATHS[0]);
    let made = world.post(&own, ANNA).await.ok(201);
    assert_eq!(
        world.get(&own, ANNA).await.ok(200)["inviteLink"],
        made["inviteLink"]
    );

    // A parameter without a value names nobody else.
    let unnamed = format!("{}?userId=", PATHS[0]);
    assert_eq!(
        world.get(&unnamed, ANNA).await.ok(200)["inviteLink"],
        made["inviteLink"]
    );
    world.post(&unnamed, ANNA).await.ok(409);

    let for_bert = format!("{}?userId={BERT}", PATHS[1]);
    let made = world.post(&for_bert, BOSS).await.ok(201);
    assert_eq!(
        world.get(&for_bert, BOSS).await.ok(200)["inviteResponse"]["userId"],
        "3"
    );
    assert_eq!(
        world.get(PATHS[2], BERT).await.ok(200)["inviteLink"],
        made["inviteLink"]
    );
    world.get(PATHS[0], BOSS).await.ok(404);
}

async fn who_does_not_exist_is_not_found(backend: Backend) {
    let world = World::new(backend);
    for odd in [
        "999",
        "0",
        "-1",
        "9223372036854775807",
        "9223372036854775808",
        "x",
        "%00",
        "03",
    ] {
        let path = format!("{}?userId={odd}", PATHS[0]);
        let none = json!({"message": "Invite not found for user!"});
        world.get(&path, BOSS).await.is(404, &none);
        let nobody = json!({"statusCode": 404, "error": "Not Found", "message": "User not found"});
        world.post(&path, BOSS).await.is(404, &nobody);
    }
    assert_eq!(world.discord.calls(), 0);
    let none = json!({"message": "Invite not found for user!"});
    world.get(PATHS[0], ANNA).await.is(404, &none);
}

async fn bad_queries_are_refused_and_unknown_members_ignored(backend: Backend) {
    let world = World::new(backend);
    let twice = format!("{}?userId=2&userId=2", PATHS[0]);
    let refused = json!({
        "statusCode": 400,
        "error": "Bad Request",
        "message": "A query parameter is repeated or of a wrong type.",
    });
    world.get(&twice, ANNA).await.is(400, &refused);
    world.post(&twice, ANNA).await.is(400, &refused);
    assert_eq!(world.discord.calls(), 0);
    let dev = format!("{}?dev=true&dev=x&=&%ff", PATHS[0]);
    world.post(&dev, ANNA).await.ok(201);
    world.get(&dev, ANNA).await.ok(200);
}

async fn the_body_does_not_matter(backend: Backend) {
    let world = World::new(backend);
    let bodies = [
        ("application/json", String::new()),
        ("application/json", "{\"purpose\": \"x\"}".to_owned()),
        ("application/json; charset=utf-8", "{not json".to_owned()),
        ("text/plain", "userId=3".to_owned()),
        ("", "\0\u{1}".to_owned()),
        ("multipart/form-data", "x".repeat(400_000)),
    ];
    for (user, (content_type, body)) in (ANNA..).zip(bodies) {
        let request = world
            .request(Method::POST, PATHS[0], user)
            .set_payload(body);
        let request = match content_type {
            "" => request,
            some => request.insert_header(("content-type", some)),
        };
        world.send(request).await.ok(201);
    }
}

async fn other_methods_are_not_there(backend: Backend) {
    let world = World::new(backend);
    for path in PATHS {
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = world.send(world.request(method, path, ANNA)).await;
            assert_eq!(
                (answer.status, answer.header("allow")),
                (405, Some("GET, HEAD, POST"))
            );
        }
    }
}

async fn pages_of_other_sites_change_nothing(backend: Backend) {
    let world = World::new(backend);
    let foreign = world
        .request(Method::POST, PATHS[0], ANNA)
        .insert_header(("host", "town.example"))
        .insert_header(("origin", "https://evil.example"));
    world.send(foreign).await.ok(403);
    assert_eq!(world.discord.calls(), 0);
    let own = world
        .request(Method::POST, PATHS[0], ANNA)
        .insert_header(("host", "town.example"))
        .insert_header(("origin", "https://town.example"));
    world.send(own).await.ok(201);
}

async fn thirty_at_once_make_one(backend: Backend) {
    let world = World::new(backend);
    for user in [ANNA, BERT] {
        let before = world.discord.calls();
        let answers = race(30, |n| world.post(PATHS[n % 3], user)).await;
        let count = |status| answers.iter().filter(|a| a.status == status).count();
        assert_eq!((count(201), count(409)), (1, 29));
        assert_eq!(world.discord.calls() - before, 1);
        let made = answers.iter().find(|answer| answer.status == 201).unwrap();
        let found = world.get(PATHS[0], user).await.ok(200);
        assert_eq!(found["inviteLink"], made.body["inviteLink"]);
    }
}

both_databases!(
    every_spelling_makes_and_reads,
    who_has_no_session_is_nobody,
    others_are_for_super_users,
    who_does_not_exist_is_not_found,
    bad_queries_are_refused_and_unknown_members_ignored,
    the_body_does_not_matter,
    other_methods_are_not_there,
    pages_of_other_sites_change_nothing,
    thirty_at_once_make_one,
);
