//! Sessions of clients that live elsewhere: pages of another site, and apps without cookies.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::world::{PASSWORD, World};

both_databases!(
    allowed_pages_of_another_site_stay_signed_in,
    apps_without_cookies_show_a_bearer_token,
);

async fn allowed_pages_of_another_site_stay_signed_in(backend: Backend) {
    let env = [
        ("LATCHKEY_PUBLIC_URL", "https://chat.example"),
        ("LATCHKEY_ALLOWED_ORIGINS", "https://app.example"),
    ];
    let world = World::with(backend, &env);
    world.account("John11").await;
    let from_there =
        |request: TestRequest| request.insert_header(("origin", "https://app.example"));
    let is_kept = |line: &str| {
        ["SameSite=None", "; Secure", "; Partitioned"]
            .iter()
            .all(|part| line.contains(part))
    };
    let body = json!({"username": "John11", "password": PASSWORD});
    let login = TestRequest::post().uri("/api/user/login").set_json(&body);
    let answer = world.send(from_there(login)).await;
    assert_eq!(answer.status, StatusCode::OK);
    for name in ["t", "device"] {
        let line = answer.cookie_line(name).unwrap();
        assert!(is_kept(&line), "{line}");
    }
    let cookie = ("cookie", format!("t={}", answer.cookie("t").unwrap()));
    let info = TestRequest::get().uri("/api/user/info");
    let answer = world
        .send(from_there(info.insert_header(cookie.clone())))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    // What takes a cookie away must be of the same kind, or it stays.
    for (path, status) in [("/api/user/logout", 200), ("/api/user/logout", 401)] {
        let call = TestRequest::post().uri(path).insert_header(cookie.clone());
        let answer = world.send(from_there(call)).await;
        assert_eq!(answer.status, status);
        let line = answer.cookie_line("t").unwrap();
        assert!(line.contains("Max-Age=0") && is_kept(&line), "{line}");
    }
}

async fn apps_without_cookies_show_a_bearer_token(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let with =
        |request: TestRequest| request.insert_header(("authorization", format!("Bearer {token}")));
    world.advance(Duration::from_hours(24));
    let info = || with(TestRequest::get().uri("/api/user/info"));
    let answer = world.send(info()).await;
    assert_eq!((answer.status, answer.set_cookie()), (StatusCode::OK, None));
    let answer = world
        .send(with(TestRequest::post().uri("/api/user/logout")))
        .await;
    answer.assert_empty_success();
    assert_eq!(world.send(info()).await.status, StatusCode::UNAUTHORIZED);
}
