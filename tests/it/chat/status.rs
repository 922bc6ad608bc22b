//! `GET /api/status`, and paths that are none

use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::json;

use crate::house::house;

async fn the_status_needs_no_session(backend: Backend) {
    let house = house(backend);
    let answer = house.nobody().status().await;
    assert!(answer.cookies().is_empty(), "{answer}");
    assert_eq!(answer.ok(200), json!({"status": "ok"}));
    drop(house.nobody().with_session("dead").status().await.ok(200));
}

async fn unknown_paths_are_problems(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    for path in [
        "/api",
        "/api/",
        "/api/users",
        "/api/nothing",
        "/api/channel/info/",
        "/api//status",
    ] {
        for chat in [&person.chat, &house.nobody()] {
            chat.get(path).await.refused("not-found");
            chat.call(Method::POST, path).await.refused("not-found");
        }
    }
}

async fn wrong_methods_are_problems(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    for (method, path) in [
        (Method::GET, "/api/user/create"),
        (Method::GET, "/api/user/login"),
        (Method::PUT, "/api/user/logout"),
        (Method::POST, "/api/user/info"),
        (Method::DELETE, "/api/user/invites"),
        (Method::GET, "/api/channel/create"),
        (Method::POST, "/api/channel/info"),
        (Method::PATCH, "/api/channel/rename"),
        (Method::GET, "/api/channel/messages"),
        (Method::POST, "/api/channel/messages/read"),
        (Method::POST, "/api/user/listener"),
        (Method::DELETE, "/api/status"),
    ] {
        let answer = person.call(method.clone(), path).await;
        assert_eq!(answer.status, 405, "{method} {path}: {answer}");
        answer.refused("method-not-allowed");
    }
}

every_shape!(
    the_status_needs_no_session,
    unknown_paths_are_problems,
    wrong_methods_are_problems,
);
