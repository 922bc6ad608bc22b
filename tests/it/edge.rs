//! The edge: origins, headers, limits and health.

use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape, one_process, raw};
use reqwest::Method;
use serde_json::json;

use crate::house::{House, PASSWORD, house, int, unique};

async fn a_foreign_origin_may_not_write(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let base = person.base().to_owned();
    for foreign in [
        "http://evil.example",
        "null",
        "https://127.0.0.1",
        "http://127.0.0.1.evil.example",
    ] {
        let page = if foreign == "null" {
            "no origin"
        } else {
            foreign
        };
        let sent = person.create_channel(&unique("evil"), "public");
        sent.header("origin", foreign).await.refused_page(page);
        let sent = person.logout().header("origin", foreign).await;
        sent.refused_page(page);
        let sent = person.change_password(PASSWORD, "of another site");
        sent.header("origin", foreign).await.refused_page(page);
        // Nor may it log somebody in.
        let sent = house.nobody().login(&person.name, PASSWORD);
        let refused = sent.header("origin", foreign).await;
        assert_eq!(refused.header("set-cookie"), None, "{refused}");
        refused.refused_page(page);
        // Reading is harmless: the browser does not show the answer to the other site.
        drop(person.info().header("origin", foreign).await.ok(200));
    }
    let told = house.stack.lines_with("http://evil.example");
    assert!(
        told.iter().any(|line| line.contains("allowed_origins")),
        "it is not in the log: {told:?}"
    );
    assert_eq!(person.channels().await.ok(200), json!({"channels": []}));
    let sent = person.create_channel(&unique("good"), "public");
    drop(sent.header("origin", &base).await.ok(201));
    let sent = person.create_channel(&unique("good"), "public");
    drop(sent.header("origin", "").await.ok(201));
}

async fn other_sites_get_no_access_by_default(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let read = person
        .info()
        .header("origin", "http://app.example")
        .await
        .expect(200);
    let asked = preflight(&person, "http://app.example").await;
    for answer in [read, asked] {
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{answer}"
        );
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            None,
            "{answer}"
        );
    }
}

async fn preflight(chat: &Chat, origin: &str) -> Answer {
    chat.anonymous()
        .call(Method::OPTIONS, "/api/channel/create")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type")
        .await
}

async fn configured_sites_get_access(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_ALLOWED_ORIGINS", "http://app.example")
        .start();
    let house = House::open(stack).await;
    let person = house.person().await;
    let asked = preflight(&person, "http://app.example").await;
    assert!([200, 204].contains(&asked.status), "{asked}");
    let sent = person.create_channel(&unique("site"), "public");
    let made = sent
        .header("origin", "http://app.example")
        .await
        .expect(201);
    for answer in [asked, made] {
        let header = |name: &str| answer.header(name);
        assert_eq!(
            header("access-control-allow-origin"),
            Some("http://app.example"),
            "{answer}"
        );
        assert_eq!(
            header("access-control-allow-credentials"),
            Some("true"),
            "{answer}"
        );
    }
    let refused = person.create_channel(&unique("site"), "public");
    refused
        .header("origin", "http://other.example")
        .await
        .refused_page("http://other.example");
    let other = preflight(&person, "http://other.example").await;
    assert_eq!(other.header("access-control-allow-origin"), None, "{other}");
}

async fn behind_https_the_cookie_is_secure(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_PUBLIC_URL", "https://chat.example")
        .start();
    let link = stack.link().expect("a link");
    assert!(
        link.starts_with("https://chat.example/register?t="),
        "{link}"
    );
    let house = House::open(stack).await;
    let answer = house.nobody().login("root-user", PASSWORD).await;
    assert_eq!(
        answer.cookie().attributes.get("secure").map(String::as_str),
        Some("")
    );
}

/// A page of another site, by what a browser sends and keeps.
async fn pages_of_another_site_stay_signed_in(backend: Backend) {
    let (public, page) = ("https://chat.example", "https://app.example");
    let stack = Stack::on(backend)
        .env("LATCHKEY_PUBLIC_URL", public)
        .env("LATCHKEY_ALLOWED_ORIGINS", page)
        .start();
    let house = House::open(stack).await;
    let login = house.nobody().login("root-user", PASSWORD);
    let answer = login.header("origin", page).await;
    let cookie = answer.cookie();
    assert_eq!(
        cookie.attributes.get("samesite").map(String::as_str),
        Some("None")
    );
    for flag in ["secure", "partitioned", "httponly"] {
        assert!(cookie.attributes.contains_key(flag), "{flag}: {answer}");
    }
    let info = house.nobody().get("/api/user/info");
    let shown = format!("t={}", cookie.value);
    let answer = info.header("origin", page).header("cookie", &shown).await;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some(page),
        "{answer}"
    );
    drop(answer.ok(200));
    let info = house.nobody().get("/api/user/info");
    let bearer = format!("Bearer {}", cookie.value);
    drop(info.header("authorization", &bearer).await.ok(200));
    for host in ["evil.example", "chat.example.evil.example"] {
        let status = house.nobody().unobserved().get("/api/status");
        assert_eq!(status.header("host", host).await.status, 421, "{host}");
    }
    let status = house.nobody().get("/api/status");
    let answer = status.header("host", "chat.example").await;
    for (name, value) in [
        ("strict-transport-security", "max-age=31536000"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{answer}");
    }

    // On PostgreSQL the command that migrates refuses already.
    if backend == Backend::Postgres {
        return;
    }
    let stack = Stack::on(backend)
        .env("LATCHKEY_PUBLIC_URL", "http://chat.example")
        .env("LATCHKEY_ALLOWED_ORIGINS", page)
        .prepare();
    let said = stack.try_start().expect_err("a start");
    for part in [page, "http://chat.example", "LATCHKEY_ALLOWED_ORIGINS"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

async fn limits_by_rate_are_told(backend: Backend) {
    let stack = Stack::on(backend)
        .env("LATCHKEY_RATE_LIMITS", "on")
        .env("LATCHKEY_LIMITS__MESSAGE__COUNT", "30")
        .env("LATCHKEY_LIMITS__CHANNEL__COUNT", "30");
    let house = House::open(stack.start()).await;
    let (root, nobody) = (house.root(), house.nobody());
    let logins = limited(|| nobody.login("root-user", "wrong password").into_future());
    let limited_login = logins.await;
    let sign_ups = limited(|| nobody.create_user("somebody", PASSWORD, "no").into_future());
    let limited_sign_up = sign_ups.await;
    let invites = limited(|| root.create_invite().into_future());
    let limited_invite = invites.await;
    let people = limited(|| root.get("/api/user/search?username=x").into_future());
    let limited_people = people.await;
    let channels = limited(|| root.get("/api/channel/search?keyword=x").into_future());
    let limited_channels = channels.await;
    let made = root.create_channel(&unique("limited"), "public").await;
    let channel = int(&made.ok(201), "channelId");
    let messages = limited(|| root.say(channel, "again").into_future());
    let limited_message = messages.await;
    let names = limited(|| root.rename(channel, &unique("renamed")).into_future());
    let limited_name = names.await;
    let limited_channel = root.create_channel(&unique("limited"), "public").await;
    // In the split shape another process counts it.
    let joins = limited(|| root.join(channel).into_future());
    let limited_join = joins.await;
    for answer in [
        limited_login,
        limited_sign_up,
        limited_invite,
        limited_people,
        limited_channels,
        limited_message,
        limited_name,
        limited_channel,
        limited_join,
    ] {
        answer.refused("too-many-requests");
        assert!(answer.retry_after() > 0);
    }
    // Nothing of that touches who is signed in.
    drop(root.info().await.ok(200));
}

/// Repeats a call until it is limited.
async fn limited<F: Future<Output = Answer>>(call: impl Fn() -> F) -> Answer {
    for _ in 0..300 {
        let answer = call().await;
        if answer.status == 429 {
            return answer;
        }
        assert!(answer.status < 500, "{answer}");
    }
    panic!("300 calls in a row were not limited");
}

async fn answers_carry_safe_headers(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    for answer in [
        person.info().await,
        house.nobody().info().await,
        person.get("/none").await,
    ] {
        let header = |name: &str| answer.header(name).unwrap_or_default();
        assert_eq!(header("x-content-type-options"), "nosniff", "{answer}");
        assert!(!header("x-request-id").is_empty(), "{answer}");
        assert!(answer.header("server").is_none(), "{answer}");
    }
}

async fn health_is_told_on_the_inside_alone(backend: Backend) {
    let house = house(backend);
    let (internal, person) = (house.stack.internal(), house.person().await);
    let get = |path: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        raw::exchange(&internal, request.as_bytes())
    };
    for path in ["/healthz/live", "/healthz/ready"] {
        assert_eq!(get(path).status, 200, "{path}");
    }
    let metrics = get("/metrics");
    assert_eq!(metrics.status, 200);
    assert!(metrics.body.contains("# TYPE"), "{metrics:?}");
    assert!(
        !metrics.body.contains(person.session()),
        "secrets in metrics"
    );
    for path in ["/metrics", "/healthz/live", "/healthz/ready"] {
        assert_eq!(person.get(path).await.status, 404, "{path}");
    }
}

async fn secrets_are_not_logged(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let token = house.token().await;
    drop(person.get(format!("/register?t={token}")).await);
    drop(person.info().await.ok(200));
    for secret in [person.session(), &token, PASSWORD] {
        let told = house.stack.lines_with(secret.trim_end_matches('='));
        assert!(told.is_empty(), "a secret is in the log");
    }
}

async fn one_process_has_the_data(backend: Backend) {
    let first = Stack::on(backend).start();
    let folder = first.data_dir();
    let folder = folder.to_str().unwrap();
    let second = Stack::on(Backend::Sqlite)
        .env("LATCHKEY_DATA_DIR", folder)
        .prepare();
    let refused = second.try_start().expect_err("the folder is in use");
    assert!(!refused.trim().is_empty(), "it says why");
    drop(second);
    drop(Chat::at(&first.base()).status().await.ok(200));
}

every_shape!(
    a_foreign_origin_may_not_write,
    other_sites_get_no_access_by_default,
    configured_sites_get_access,
    behind_https_the_cookie_is_secure,
    pages_of_another_site_stay_signed_in,
    limits_by_rate_are_told,
    answers_carry_safe_headers,
    health_is_told_on_the_inside_alone,
    secrets_are_not_logged,
);

one_process!(one_process_has_the_data,);
