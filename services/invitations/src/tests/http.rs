//! The routes, behind everything that happens to every request.

use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LINK, LOCATION, REFERRER_POLICY,
};
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_common::secret::Secret;
use latchkey_peers::channels::ChannelType;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::tests::site::{Answer, Site};
use crate::tests::world::{PASSWORD, World};

both_databases!(
    opening_the_page_uses_nothing_up,
    the_page_escapes_what_it_shows,
    the_form_makes_the_account,
    the_service_prints_a_link_that_opens_the_page,
    every_route_has_its_method,
    without_a_session_nothing_else_counts,
    the_calls_answer_as_the_contract_says,
);

/// A page that browsers keep to themselves, and that needs no script.
fn assert_page(page: &Answer) {
    assert_eq!(page.header(&CONTENT_TYPE), "text/html; charset=utf-8");
    assert_eq!(page.header(&CACHE_CONTROL), "no-store");
    assert_eq!(page.header(&REFERRER_POLICY), "no-referrer");
    let policy = page.header(&CONTENT_SECURITY_POLICY);
    for rule in [
        "default-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "style-src 'sha256-",
    ] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("script"), "{policy}");
    assert!(!page.body.contains("<script"), "{}", page.body);
}

async fn opening_the_page_uses_nothing_up(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    let site = Site::new(&world);
    let token = link.token.expose();
    let page = site.get(&format!("/register?t={token}")).await;
    assert_eq!(page.status, 200);
    assert_page(&page);
    assert!(
        page.body.contains("action=\"/register?form="),
        "{}",
        page.body
    );
    assert!(page.body.contains(&format!("value=\"{token}\"")));
    assert!(world.uses(link.invitation.id).await.is_empty());
    // Whoever comes without a link is asked for it.
    for uri in ["/register", "/register?t=", "/register?t=a&t=b"] {
        let page = site.get(uri).await;
        assert_eq!(page.status, 200, "{uri}");
        assert_page(&page);
        assert!(page.body.contains("action=\"/register\""), "{}", page.body);
        assert!(!page.body.contains("type=\"password\""), "{}", page.body);
    }
}

async fn the_page_escapes_what_it_shows(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    let site = Site::new(&world);
    let hostile = "\"><script>alert(1)</script>";
    let page = site
        .get("/register?t=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        .await;
    assert_eq!(page.status, 404);
    assert_page(&page);
    let fields = [
        ("t", link.token.expose()),
        ("username", hostile),
        ("password", PASSWORD),
    ];
    let page = site.submit(&fields).await;
    assert_eq!(page.status, 400);
    assert_page(&page);
    assert!(page.body.contains("&lt;script&gt;"), "{}", page.body);
}

async fn the_form_makes_the_account(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    let site = Site::new(&world);
    let token = link.token.expose();

    let broken = site.submit(&[("username", "John")]).await;
    assert_eq!(broken.status, 400);
    assert_page(&broken);
    let request = TestRequest::post()
        .uri("/register")
        .set_json(json!({"t": token}));
    let broken = site.send(request).await;
    assert_eq!(broken.status, 400);
    assert_page(&broken);

    // A form that is refused comes back filled in, without the password, and says beside the field why.
    let short = site
        .submit(&[("t", token), ("username", "John"), ("password", "short")])
        .await;
    assert_eq!(short.status, 400);
    assert!(short.body.contains("value=\"John\"") && short.body.contains(token));
    assert!(!short.body.contains("short"), "{}", short.body);
    assert!(
        short
            .body
            .contains("aria-describedby=\"password-error password-hint\"")
    );

    let fields = [("t", token), ("username", "John"), ("password", PASSWORD)];
    let made = site.submit(&fields).await;
    assert_eq!(made.status, 303, "{}", made.body);
    assert_eq!(made.header(&LOCATION), "/welcome");
    assert_eq!(world.users.accounts(), 1);

    let again = site
        .submit(&[("t", token), ("username", "Jane"), ("password", PASSWORD)])
        .await;
    assert_eq!(again.status, 410, "{}", again.body);
    assert_page(&again);
    assert_eq!(world.users.accounts(), 1);
}

async fn the_service_prints_a_link_that_opens_the_page(backend: Backend) {
    let world = World::new(backend);
    let greeting = world.build(&world.edge()).greeting.unwrap();
    let lines = greeting.lines().await.unwrap();
    let token = lines[1]
        .strip_prefix("https://chat.example/register?t=")
        .unwrap();
    assert!(
        world
            .sign_up(&Secret::new(token), "John")
            .await
            .unwrap()
            .is_super_user
    );
    assert!(greeting.lines().await.unwrap().is_empty());
}

const ROUTES: [(&str, &str); 13] = [
    ("GET", "/register"),
    ("POST", "/register"),
    ("POST", "/api/user/create"),
    ("GET", "/api/user/invites"),
    ("POST", "/api/user/invites/create"),
    ("POST", "/api/user/invites/remove"),
    ("GET", "/api/user/channel/invites"),
    ("POST", "/api/user/channel/invites/remove"),
    ("POST", "/api/user/channel/invites/clear"),
    ("POST", "/api/channel/join"),
    ("POST", "/api/channel/invite"),
    ("GET", "/api/channel/invites"),
    ("POST", "/api/channel/invites/remove"),
];

async fn every_route_has_its_method(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    for (method, path) in ROUTES {
        let request = TestRequest::default()
            .uri(path)
            .method(method.parse().unwrap());
        let answer = site.send(request).await;
        assert!(
            ![404, 405].contains(&answer.status),
            "{method} {path}: {}",
            answer.status
        );
        let answer = site.send(TestRequest::delete().uri(path)).await;
        assert_eq!(answer.status, 405, "{path}");
        assert!(answer.header(&ALLOW).contains(method), "{path}");
    }
}

async fn without_a_session_nothing_else_counts(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    for (method, path) in ROUTES.into_iter().skip(3) {
        for uri in [
            path.to_owned(),
            format!("{path}?limit=nonsense&channelId=x"),
        ] {
            let request = TestRequest::default()
                .uri(&uri)
                .method(method.parse().unwrap())
                .insert_header(("content-type", "application/json"))
                .set_payload("{ broken");
            let answer = site.send(request).await;
            assert_eq!(answer.status, 401, "{method} {uri}: {}", answer.body);
        }
    }
    // With one, the same input is what is wrong.
    let john = world.users.account("John");
    let answer = site.get_as(john, "/api/user/invites?limit=nonsense").await;
    assert_eq!(answer.status, 400);
    let answer = site
        .post_as(john, "/api/channel/join", json!({"channelId": null}))
        .await;
    assert_eq!(answer.status, 400);
}

async fn the_calls_answer_as_the_contract_says(backend: Backend) {
    let world = World::new(backend);
    let site = Site::new(&world);
    let john = world.users.account("John");

    let made = site
        .post_as(john, "/api/user/invites/create", json!({}))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let token = made.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(made.json()["createdBy"], john.0);
    let form = json!({"username": "Jane", "password": PASSWORD, "inviteToken": token});
    let request = TestRequest::post().uri("/api/user/create").set_json(form);
    let jane = site.send(request).await;
    assert_eq!(jane.status, 201, "{}", jane.body);
    let jane = UserId(jane.json()["userId"].as_i64().unwrap());
    let list = site.get_as(john, "/api/user/invites").await.json();
    assert_eq!(list["invites"][0]["acceptedName"], "Jane");

    let channel = world.channels.create(john, ChannelType::Private);
    let offer = json!({"channelId": channel.0, "username": "Jane", "invitePerms": ["write"]});
    let offer = site.post_as(john, "/api/channel/invite", offer).await;
    assert_eq!(offer.status, 201, "{}", offer.body);
    let offer = offer.json();
    assert_eq!(offer["invitePerms"], json!(["read", "write"]));
    assert_eq!(offer["recipientId"], jane.0);
    for (user, path) in [
        (jane, "/api/user/channel/invites".to_owned()),
        (john, format!("/api/channel/invites?channelId={channel}")),
    ] {
        let list = site.get_as(user, &path).await.json();
        assert_eq!(list["invites"][0]["inviteId"], offer["inviteId"], "{path}");
        assert_eq!(list["invites"][0]["channelName"], "channel 1", "{path}");
    }
    let wish = json!({"channelId": channel.0, "inviteId": offer["inviteId"]});
    let joined = site.post_as(jane, "/api/channel/join", wish).await;
    assert_eq!(joined.status, 200, "{}", joined.body);
    assert_eq!(joined.json()["channelPerms"], json!(["read", "write"]));

    site.post_as(john, "/api/user/invites/create", json!({}))
        .await;
    let cut = site.get_as(john, "/api/user/invites?limit=1").await;
    assert!(
        cut.header(&LINK).contains("rel=\"next\""),
        "{:?}",
        cut.headers
    );
    let gone = json!({"toRemove": [token]});
    let removed = site
        .post_as(john, "/api/user/invites/remove", gone.clone())
        .await;
    assert_eq!((removed.status, removed.body.as_str()), (200, ""));
    let again = site.post_as(john, "/api/user/invites/remove", gone).await;
    assert_eq!(again.status, 404, "{}", again.body);
}
