//! The pages where people sign in and out.

use actix_web::http::StatusCode;
use actix_web::http::header::{RETRY_AFTER, SET_COOKIE};
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::browse::{MARK, location, open, submit, text};
use crate::world::{PASSWORD, World};

both_databases!(
    people_sign_in_and_are_led_on,
    what_is_wrong_stands_in_the_form,
    too_many_tries_are_told_in_the_form,
    programs_have_the_path_for_themselves,
    a_device_is_known_wherever_it_signs_in,
    people_sign_out,
    what_is_no_text_is_refused,
);

async fn people_sign_in_and_are_led_on(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let address = json!({"username": "John11", "email": "john@site.example"});
    let set = world.operate("set-email", address).await;
    assert_eq!(set.status, StatusCode::OK, "{:?}", set.json());
    let page = open(&world, "/login?next=/i/abc%3D", "").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = text(&page);
    assert!(page.contains("name=\"next\" value=\"/i/abc=\""), "{page}");
    assert!(page.contains("you come back to your invitation"), "{page}");
    let planted = world.log_in("John11").await;
    for (name, next, place) in [
        ("John11", "", "/"),
        ("JOHN11", "/i/abc=", "/i/abc="),
        ("john@site.example", "/c/3?after=7", "/c/3?after=7"),
        ("John11", "//evil.example", "/"),
        ("John11", "https://evil.example/", "/"),
        ("John11", "/\\evil.example", "/"),
    ] {
        let fields = [("username", name), ("password", PASSWORD), ("next", next)];
        let answer = submit(&world, "/login", &format!("t={planted}"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", text(&answer));
        assert_eq!(location(&answer), place);
        // Whatever session the browser came with, it goes on with another one.
        let token = answer.cookie("t").unwrap();
        assert_ne!(token, planted);
        assert!(world.is_live(&token).await);
        // Whoever is signed in has nothing to do here.
        let uri = format!("/login?next={next}");
        let again = open(&world, &uri, &format!("t={token}")).await;
        assert_eq!(
            (again.status, location(&again)),
            (StatusCode::SEE_OTHER, place)
        );
    }
}

async fn what_is_wrong_stands_in_the_form(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let markup = "<script>alert(1)</script>";
    let wrong = "This name and this password do not belong together";
    let missing = "Type your password.";
    for (name, password, status, said) in [
        (markup, PASSWORD, 401, wrong),
        ("John11", "wrong-<b>password", 401, wrong),
        ("nobody@site.example", PASSWORD, 401, wrong),
        ("John11", "", 400, missing),
        ("", PASSWORD, 400, "Type your name"),
    ] {
        let fields = [("username", name), ("password", password), ("next", markup)];
        let answer = submit(&world, "/login", "", &fields).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.cookie("t"), None);
        let page = text(&answer);
        assert!(page.contains(said), "{page}");
        assert!(!page.contains("<script"), "{page}");
        assert!(
            !page.contains("wrong-") && !page.contains(PASSWORD),
            "{page}"
        );
        let typed = name.replace('<', "&lt;").replace('>', "&gt;");
        assert!(page.contains(&format!("value=\"{typed}\"")), "{page}");
    }
    for fields in [&[][..], &[("other", "x")]] {
        let answer = submit(&world, "/login", "", fields).await;
        assert_eq!(answer.status, 400);
        assert!(text(&answer).contains(missing), "{}", text(&answer));
    }
    let request = TestRequest::get()
        .uri("/login")
        .insert_header(("accept", "text/html"))
        .insert_header(("accept-language", "en"));
    let chosen = request.insert_header(("cookie", "language=pt"));
    assert!(text(&world.send(chosen).await).contains("<h1>Entrar</h1>"));
}

async fn too_many_tries_are_told_in_the_form(backend: Backend) {
    let world = World::with(
        backend,
        &[
            ("LATCHKEY_RATE_LIMITS", "on"),
            ("LATCHKEY_LIMITS__LOGIN__COUNT", "2"),
        ],
    );
    world.account("John11").await;
    let fields = [("username", "John11"), ("password", "wrong password")];
    for _ in 0..2 {
        assert_eq!(submit(&world, "/login", "", &fields).await.status, 401);
    }
    let busy = submit(&world, "/login", "", &fields).await;
    assert_eq!(busy.status, 429);
    let wait = busy.headers.get(RETRY_AFTER).unwrap().to_str().unwrap();
    let page = text(&busy);
    assert!(page.contains(&format!("Wait {wait} seconds")), "{page}");
    assert!(page.contains("value=\"John11\""), "{page}");
    // It is the limit that programs have.
    assert_eq!(world.try_log_in("John11", PASSWORD).await.status, 429);
}

async fn programs_have_the_path_for_themselves(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let body = json!({"email": "John11", "password": PASSWORD});
    let answer = world.post("/login", None, body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.json()["token"].is_string(), "{:?}", answer.json());
    // A browser's script says what it wants as well.
    let request = TestRequest::post()
        .uri("/login")
        .set_json(json!({"email": "John11", "password": "wrong"}))
        .insert_header(("accept", "text/html"));
    let answer = world.send(request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.json().is_object());
    for accept in ["*/*", "application/json"] {
        let request = TestRequest::get().uri("/login");
        let answer = world.send(request.insert_header(("accept", accept))).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers.get("allow").unwrap(), "POST");
        assert!(answer.json().is_object());
    }
    // No page of another site signs a visitor in.
    let fields = [("username", "John11"), ("password", PASSWORD)];
    for origin in ["https://evil.example", "null"] {
        let request = TestRequest::post().uri("/login").set_form(fields);
        let answer = world.send(request.insert_header(("origin", origin))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", text(&answer));
        assert_eq!(answer.cookie("t"), None);
    }
}

async fn a_device_is_known_wherever_it_signs_in(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let fields = [("username", "John11"), ("password", PASSWORD)];
    let by_page = submit(&world, "/login", "", &fields).await;
    let by_program = world.try_log_in("John11", PASSWORD).await;
    for answer in [&by_page, &by_program] {
        let lines = answer.headers.get_all(SET_COOKIE);
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap()).collect();
        for path in ["/api/user/login", "/login"] {
            let is_its = |line: &&&str| {
                line.starts_with("device=") && line.contains(&format!("; Path={path};"))
            };
            assert_eq!(lines.iter().filter(is_its).count(), 1, "{path}: {lines:?}");
        }
    }
    // What one has noted the other one knows.
    let device = format!("device={}", by_program.cookie("device").unwrap());
    let again = submit(&world, "/login", &device, &fields).await;
    assert_eq!(
        (again.status, again.cookie("device")),
        (StatusCode::SEE_OTHER, None)
    );
}

async fn people_sign_out(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    let cookies = format!("t={token}");
    let request = TestRequest::post().uri("/logout");
    let foreign = request.insert_header(("origin", "https://evil.example"));
    let foreign = foreign.insert_header(("cookie", cookies.clone()));
    assert_eq!(world.send(foreign).await.status, StatusCode::FORBIDDEN);
    assert!(world.is_live(&token).await);
    let next = "/login?next=/i/abc";
    let answer = submit(&world, "/logout", &cookies, &[("next", next)]).await;
    assert_eq!(
        (answer.status, location(&answer)),
        (StatusCode::SEE_OTHER, next)
    );
    assert!(answer.cookie_line("t").unwrap().contains("Max-Age=0"));
    assert!(!world.is_live(&token).await);
    // Whoever is out is led on just so, and never elsewhere.
    let answer = submit(&world, "/logout", &cookies, &[("next", "//evil.example")]).await;
    assert_eq!(
        (answer.status, location(&answer)),
        (StatusCode::SEE_OTHER, "/")
    );
    assert_eq!(open(&world, "/logout", "").await.status, 405);
}

async fn what_is_no_text_is_refused(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let token = world.log_in("John11").await;
    // Read as the sign for broken text, these would all be one password.
    let password = format!("old={PASSWORD}&new=%FF%FE%FDpassword&do=password");
    for (path, body) in [
        ("/login", "username=John11&password=password12%FF"),
        ("/login", "username=John%C311&password=x"),
        ("/settings", password.as_str()),
    ] {
        let request = TestRequest::post().uri(&format!("{path}?form={MARK}"));
        let request = request
            .insert_header(("content-type", "application/x-www-form-urlencoded"))
            .insert_header(("origin", "null"))
            .insert_header(("cookie", format!("form={MARK}; t={token}")))
            .set_payload(body.to_owned());
        let answer = world.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.cookie("t"), None);
        assert!(text(&answer).contains("<h1>That could not be read</h1>"));
    }
    assert!(world.is_live(&token).await);
    world.log_in("John11").await;
}
