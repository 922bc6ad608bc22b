//! The page where people look after their account.

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::world::{Answer, PASSWORD, World};

both_databases!(
    a_password_is_changed,
    sessions_are_seen_and_ended,
    tokens_are_made_and_revoked,
    a_language_is_chosen,
    whoever_is_out_signs_in_first,
);

const MARKUP: &str = "<script>alert(1)</script>";

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).unwrap()
}

fn led_to(answer: &Answer) -> (StatusCode, &str) {
    let place = answer.headers.get(LOCATION);
    let place = place.map_or("", |place| place.to_str().unwrap());
    (answer.status, place)
}

async fn submit(world: &World, token: &str, fields: &[(&str, &str)]) -> Answer {
    let request = TestRequest::post().uri("/settings").set_form(fields);
    let request = request.insert_header(("cookie", format!("t={token}")));
    world.send(request).await
}

async fn open(world: &World, token: &str) -> String {
    let answer = world.get("/settings", Some(token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", text(&answer));
    text(&answer)
}

async fn a_password_is_changed(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let (own, other) = (world.log_in("John11").await, world.log_in("John11").await);
    let long = "a long new password";
    for (old, new, status, said) in [
        ("wrong-<b>", long, 403, "This is not your password."),
        (
            PASSWORD,
            "short",
            400,
            "A password has 8 to 256 characters.",
        ),
        (PASSWORD, "john11!!", 400, "The password is the name"),
        ("", "", 400, "A password has 8 to 256 characters."),
    ] {
        let fields = [("do", "password"), ("old", old), ("new", new)];
        let answer = submit(&world, &own, &fields).await;
        assert_eq!(answer.status, status, "{}", text(&answer));
        let page = text(&answer);
        assert!(page.contains(said), "{said}: {page}");
        assert!(!page.contains("wrong-") && !page.contains(long), "{page}");
    }
    assert!(world.is_live(&other).await);
    let fields = [("do", "password"), ("old", PASSWORD), ("new", long)];
    let done = submit(&world, &own, &fields).await;
    let place = "/settings?done=password";
    assert_eq!(led_to(&done), (StatusCode::SEE_OTHER, place));
    assert!(world.is_live(&own).await && !world.is_live(&other).await);
    let page = text(&world.get(place, Some(&own)).await);
    assert!(page.contains("Your password is changed"), "{page}");
    assert_eq!(
        world.try_log_in("John11", long).await.status,
        StatusCode::OK
    );
}

async fn sessions_are_seen_and_ended(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    world.account("Jane11").await;
    let own = world.log_in("John11").await;
    let body = json!({"username": "John11", "password": PASSWORD});
    let phone = TestRequest::post().uri("/api/user/login").set_json(&body);
    let phone = world
        .send(phone.insert_header(("user-agent", MARKUP)))
        .await;
    let phone = phone.cookie("t").unwrap();
    let page = open(&world, &own).await;
    assert!(
        page.contains("&lt;script&gt;") && !page.contains("<script"),
        "{page}"
    );
    assert_eq!(page.matches("this browser").count(), 1, "{page}");
    // Nobody ends another person's.
    let (_, id) = world.sessions(&phone).await;
    let (jane, id) = (world.log_in("Jane11").await, id.to_string());
    let end = [("do", "end"), ("id", id.as_str())];
    let place = (StatusCode::SEE_OTHER, "/settings?done=ended");
    assert_eq!(led_to(&submit(&world, &jane, &end).await), place);
    assert!(world.is_live(&phone).await);
    assert_eq!(led_to(&submit(&world, &own, &end).await), place);
    assert!(!world.is_live(&phone).await && world.is_live(&own).await);
    let tablet = world.log_in("John11").await;
    let others = submit(&world, &own, &[("do", "end-others")]).await;
    assert_eq!(led_to(&others), place);
    assert!(!world.is_live(&tablet).await);
    assert!(world.is_live(&own).await && world.is_live(&jane).await);
}

async fn tokens_are_made_and_revoked(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let own = world.log_in("John11").await;
    let scope = ("scope", "invitation:read");
    for (fields, status, said) in [
        (
            &[("name", "x"), scope, ("confirm", "wrong")][..],
            403,
            "This is not your password.",
        ),
        (&[("name", "x"), scope], 400, "This is needed."),
        (
            &[("name", "x"), ("confirm", PASSWORD)],
            400,
            "Choose something",
        ),
        (
            &[("name", "x"), ("scope", MARKUP), ("confirm", PASSWORD)],
            400,
            "Choose something",
        ),
        (
            &[("name", " "), scope, ("confirm", PASSWORD)],
            400,
            "A name has 1 to 64 characters",
        ),
    ] {
        let mut all = vec![("do", "token")];
        all.extend(fields);
        let answer = submit(&world, &own, &all).await;
        assert_eq!(answer.status, status, "{}", text(&answer));
        let page = text(&answer);
        assert!(
            page.contains(said) && !page.contains("<script"),
            "{said}: {page}"
        );
    }
    let fields = [
        ("do", "token"),
        ("name", MARKUP),
        scope,
        ("confirm", PASSWORD),
    ];
    let made = submit(&world, &own, &fields).await;
    let page = text(&made);
    assert_eq!(made.status, StatusCode::OK, "{page}");
    assert!(page.contains("<code id=\"token\">"), "{page}");
    let page = open(&world, &own).await;
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
        "{page}"
    );
    assert!(page.contains("may: invitation:read"), "{page}");
    let list = world.get("/api/user/tokens", Some(&own)).await.json();
    let id = list["tokens"][0]["tokenId"].to_string();
    let revoked = submit(&world, &own, &[("do", "revoke"), ("id", &id)]).await;
    assert_eq!(
        led_to(&revoked),
        (StatusCode::SEE_OTHER, "/settings?done=revoked")
    );
    assert!(open(&world, &own).await.contains("None."));
    let odd = submit(&world, &own, &[("do", MARKUP)]).await;
    assert_eq!(odd.status, 400, "{}", text(&odd));
}

async fn a_language_is_chosen(backend: Backend) {
    let world = World::new(backend);
    world.account("John11").await;
    let own = world.log_in("John11").await;
    let chosen = submit(&world, &own, &[("do", "language"), ("language", "pt")]).await;
    assert_eq!(led_to(&chosen), (StatusCode::SEE_OTHER, "/settings"));
    let line = chosen.cookie_line("language").unwrap();
    assert!(
        line.starts_with("language=pt;") && line.contains("HttpOnly"),
        "{line}"
    );
    let request = TestRequest::get()
        .uri("/settings")
        .insert_header(("cookie", format!("t={own}; language=pt")));
    let page = text(&world.send(request).await);
    assert!(page.contains("<h1>Configurações</h1>"), "{page}");
    for tag in ["xx", MARKUP] {
        let odd = submit(&world, &own, &[("do", "language"), ("language", tag)]).await;
        assert_eq!(
            (odd.status.as_u16(), odd.cookie_line("language")),
            (400, None)
        );
        assert!(
            text(&odd).contains("id=\"language-error\""),
            "{}",
            text(&odd)
        );
    }
    let gone = submit(&world, &own, &[("do", "language"), ("language", "")]).await;
    let line = gone.cookie_line("language").unwrap();
    assert!(
        line.starts_with("language=;") && line.contains("Max-Age=0"),
        "{line}"
    );
}

async fn whoever_is_out_signs_in_first(backend: Backend) {
    let world = World::new(backend);
    let out = world.get("/settings", None).await;
    assert_eq!(
        led_to(&out),
        (StatusCode::SEE_OTHER, "/login?next=/settings")
    );
    world.account("John11").await;
    let own = world.log_in("John11").await;
    let request = TestRequest::post()
        .uri("/settings")
        .set_form([("do", "end-others")]);
    let request = request.insert_header(("cookie", format!("t={own}")));
    let foreign = request.insert_header(("origin", "https://evil.example"));
    assert_eq!(world.send(foreign).await.status, StatusCode::FORBIDDEN);
}
