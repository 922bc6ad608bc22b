//! `/api/user/{login,logout,info,sessions}`

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use latchkey_common::clock::Millis;
use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::{Value, json};

use crate::world::{PASSWORD, World};

both_databases!(
    logging_in_and_out,
    every_refused_login_looks_the_same,
    bad_bodies_are_refused,
    a_session_slides,
    a_clock_that_is_put_back_lengthens_no_session,
    a_session_ends_however_it_is_used,
    sessions_are_listed_and_ended,
    nobody_ends_the_sessions_of_others,
    only_the_live_ones_are_live,
    the_server_says_that_it_is_there,
);

const DAY: Duration = Duration::from_hours(24);

async fn logging_in_and_out(backend: Backend) {
    let world = World::new(backend);
    let account = world.account("John11").await;
    let user = json!({
        "userId": account.id.0, "username": "John11", "createdAt": account.created_at.seconds(),
    });

    let answer = world.try_log_in("jOHN11", PASSWORD).await;
    assert_eq!(
        (answer.status, answer.json()),
        (StatusCode::OK, user.clone())
    );
    let cookie = answer.set_cookie().unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let token = answer.cookie("t").unwrap();
    assert_eq!(token.len(), 44);

    let answer = world.get("/api/user/info", Some(&token)).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, user));
    assert_eq!(answer.set_cookie(), None);

    let request = TestRequest::post().uri("/api/user/logout");
    let answer = world
        .send(request.insert_header(("cookie", format!("t={token}"))))
        .await;
    answer.assert_empty_success();
    let cookie = answer.set_cookie().unwrap();
    assert!(
        cookie.starts_with("t=;") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    // Not "cookies": that would reach other hosts of the site.
    let forgotten = answer.headers.get("clear-site-data").unwrap();
    assert_eq!(forgotten, "\"cache\", \"storage\"");

    let answer = world.get("/api/user/info", Some(&token)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.problem(), "unauthorized");
    assert!(answer.set_cookie().unwrap().contains("Max-Age=0"));
}

async fn every_refused_login_looks_the_same(backend: Backend) {
    let world = World::new(backend);
    world.account("locked-out").await;
    world
        .operate("lock", json!({"username": "locked-out"}))
        .await;
    world.account("John11").await;
    let long = "x".repeat(5_000);
    let refusals = [
        ("John11", "password124"),
        ("John11", ""),
        ("John11", "    "),
        ("John11", &long),
        ("nobody here", PASSWORD),
        ("", PASSWORD),
        ("", ""),
        ("   ", PASSWORD),
        ("a@b", PASSWORD),
        (&long, PASSWORD),
        (" John11", PASSWORD),
        ("locked-out", PASSWORD),
    ];
    for (username, password) in refusals {
        let answer = world.try_log_in(username, password).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{username:?} {password:?}"
        );
        let expected = json!({
            "type": "https://github.com/isel-leic-daw/2024-daw-leic51n-gn12/tree/main/docs/error/invalid-credentials",
            "title": "Invalid credentials",
            "detail": "The given username and password do not match for any user",
            "status": 401,
        });
        assert_eq!(answer.json(), expected);
        assert_eq!(answer.set_cookie(), None);
    }
}

async fn bad_bodies_are_refused(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let bodies = [
        json!({}),
        json!({"username": "John11"}),
        json!({"username": "John11", "password": null}),
        json!({"username": 5, "password": PASSWORD}),
        json!({"username": "John11", "password": ["x"]}),
        json!({"username": "Jo\u{0}hn11", "password": PASSWORD}),
        json!(["John11", PASSWORD]),
    ];
    for body in bodies {
        let answer = world.post("/api/user/login", None, body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.problem(), "invalid-request-parameters");
    }
    let extra = json!({"username": "John11", "password": PASSWORD, "extra": 1});
    let answer = world.post("/api/user/login", None, extra).await;
    assert_eq!(answer.status, StatusCode::OK);
    let answer = world.get("/api/user/login", None).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

async fn a_session_slides(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    // Within a hundredth of the life nothing is written.
    world.advance(Duration::from_mins(90));
    let answer = world.get("/api/user/info", Some(&token)).await;
    assert_eq!((answer.status, answer.set_cookie()), (StatusCode::OK, None));
    for _ in 0..3 {
        world.advance(6 * DAY);
        let answer = world.get("/api/user/info", Some(&token)).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.cookie("t"), Some(token.clone()));
        assert!(answer.set_cookie().unwrap().contains("Max-Age=604800"));
        let again = world.get("/api/user/info", Some(&token)).await;
        assert_eq!(again.set_cookie(), None);
    }
    world.advance(7 * DAY + Duration::from_secs(1));
    assert!(!world.is_live(&token).await);
}

async fn a_clock_that_is_put_back_lengthens_no_session(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    world.advance(30 * DAY);
    let (used, unused) = (world.log_in("John11").await, world.log_in("John11").await);
    world.put_back(30 * DAY);
    // A use counts from now.
    let answer = world.get("/api/user/info", Some(&used)).await;
    assert_eq!(answer.cookie("t"), Some(used.clone()));
    let again = world.get("/api/user/info", Some(&used)).await;
    assert_eq!(again.set_cookie(), None);
    // What nobody uses counts as used when that is noticed.
    let last_use = "SELECT CAST(max(last_used_at) AS TEXT) AS cell FROM sessions";
    let jobs = world.start_jobs();
    eventually(Duration::from_secs(10), "all count from now", async || {
        let at = Millis(world.cells(last_use).await[0].parse().unwrap());
        (!at.is_of_the_future(world.edge.clock().now())).then_some(())
    })
    .await;
    jobs.stop().await;
    world.advance(7 * DAY + Duration::from_secs(1));
    for token in [used, unused] {
        assert!(!world.is_live(&token).await);
    }
}

async fn a_session_ends_however_it_is_used(backend: Backend) {
    let ten_days = [("LATCHKEY_SESSION__LONGEST_SECONDS", "864000")];
    let world = World::with(backend, &ten_days);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let look = async || world.get("/api/user/info", Some(&token)).await;
    for day in 1..=9 {
        world.advance(DAY);
        let answer = look().await;
        let cookie = answer.set_cookie().unwrap();
        // Never longer than what is left, as the cookie says too.
        let left = cookie.split("Max-Age=").nth(1).unwrap();
        let left: i64 = left.split(';').next().unwrap().parse().unwrap();
        let most = 86_400 * 7.min(10 - day);
        assert!((most - 60..=most).contains(&left), "day {day}: {cookie}");
    }
    world.advance(DAY);
    assert_eq!(look().await.status, StatusCode::UNAUTHORIZED);
}

async fn sessions_are_listed_and_ended(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let body = json!({"username": "John11", "password": PASSWORD});
    let request = TestRequest::post().uri("/api/user/login").set_json(body);
    let phone = world
        .send(request.insert_header(("user-agent", "a phone")))
        .await;
    let phone = phone.cookie("t").unwrap();
    let desk = world.log_in("John11").await;

    let list = world.get("/api/user/sessions", Some(&desk)).await.json();
    let list = list["sessions"].as_array().unwrap().clone();
    let shown: Vec<(&Value, &Value)> = list
        .iter()
        .map(|session| (&session["userAgent"], &session["current"]))
        .collect();
    assert_eq!(
        shown,
        [
            (&json!("a phone"), &json!(false)),
            (&Value::Null, &json!(true))
        ]
    );
    let life = |session: &Value| {
        session["expiresAt"].as_i64().unwrap() - session["lastUsedAt"].as_i64().unwrap()
    };
    assert!((604_799..=604_801).contains(&life(&list[0])), "{list:?}");

    let (ids, own) = world.sessions(&desk).await;
    assert_eq!(ids[1], own);
    let path = format!("/api/user/sessions/{}", ids[0]);
    world
        .delete(&path, Some(&desk))
        .await
        .assert_empty_success();
    assert!(!world.is_live(&phone).await);
    let again = world.delete(&path, Some(&desk)).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(again.problem(), "session-not-found");
    let own = format!("/api/user/sessions/{own}");
    world.delete(&own, Some(&desk)).await.assert_empty_success();
    assert!(!world.is_live(&desk).await);
}

async fn nobody_ends_the_sessions_of_others(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    world.account("Mike67").await;
    let (john, mike) = (world.log_in("John11").await, world.log_in("Mike67").await);
    let (_, johns) = world.sessions(&john).await;
    for id in [johns, 0, -1, i64::MAX] {
        let answer = world
            .delete(&format!("/api/user/sessions/{id}"), Some(&mike))
            .await;
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (StatusCode::NOT_FOUND, "session-not-found")
        );
    }
    for id in ["x", "9223372036854775808", "1.5", "%00"] {
        let answer = world
            .delete(&format!("/api/user/sessions/{id}"), Some(&mike))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{id}");
    }
    let answer = world.delete("/api/user/sessions/x", None).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(world.is_live(&john).await);
}

async fn only_the_live_ones_are_live(backend: Backend) {
    use latchkey_common::auth::SessionId;
    let world = World::new(backend);
    world.account("John11").await;
    let (one, two) = (world.log_in("John11").await, world.log_in("John11").await);
    let ids: Vec<SessionId> = world
        .sessions(&one)
        .await
        .0
        .into_iter()
        .map(SessionId)
        .collect();
    let asked = [&ids[..], &[SessionId(0), SessionId(i64::MAX)]].concat();
    let mut live = world.users.live_sessions(asked.clone()).await.unwrap();
    live.sort();
    assert_eq!(live, ids);
    world
        .post("/api/user/logout", Some(&two), json!({}))
        .await
        .assert_empty_success();
    assert_eq!(
        world.users.live_sessions(asked.clone()).await.unwrap(),
        [ids[0]]
    );
    world.advance(8 * DAY);
    assert!(world.users.live_sessions(asked).await.unwrap().is_empty());
}

async fn the_server_says_that_it_is_there(backend: Backend) {
    let world = World::new(backend);
    let answer = world.get("/api/status", None).await;
    assert_eq!(
        (answer.status, answer.json()),
        (StatusCode::OK, json!({"status": "ok"}))
    );
    let answer = world.get("/openapi/chat.json", None).await;
    assert!(
        answer.json()["openapi"]
            .as_str()
            .unwrap()
            .starts_with("3.1")
    );
}
