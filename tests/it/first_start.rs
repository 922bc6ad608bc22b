//! The first start: the printed link, its page, and the first account.

use std::time::Duration;

use latchkey_testing::chat::{Answer, Chat, escape};
use latchkey_testing::stack::{Stack, token_of};
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;

use crate::house::PASSWORD;

/// The path and query of a link.
fn path(link: &str) -> String {
    let (_, rest) = link.split_once("://").expect("a link");
    format!("/{}", rest.split_once('/').expect("a path").1)
}

/// The value of the first `name="…"` in `html` after `from`.
fn attribute<'a>(html: &'a str, from: &str, name: &str) -> &'a str {
    let (_, after) = html
        .split_once(from)
        .unwrap_or_else(|| panic!("no {from} in {html}"));
    let (_, rest) = after
        .split_once(&format!("{name}=\""))
        .unwrap_or_else(|| panic!("no {name} after {from} in {html}"));
    rest.split_once('"').expect("a closing quote").0
}

#[track_caller]
fn page(answer: Answer) -> String {
    let answer = answer.expect(200);
    assert_eq!(answer.content_type(), Some("text/html"), "{answer}");
    let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
    assert!(header("cache-control").contains("no-store"), "{answer}");
    assert_eq!(header("referrer-policy"), "no-referrer", "{answer}");
    let html = answer.text();
    assert!(!html.to_lowercase().contains("<script"), "{answer}");
    for handler in ["onclick", "onsubmit", "onload", "javascript:"] {
        assert!(!html.to_lowercase().contains(handler), "{answer}");
    }
    html
}

/// Submits the page's form as a browser does.
async fn submit(chat: &Chat, html: &str, username: &str, password: &str) -> Answer {
    assert_eq!(attribute(html, "<form", "method").to_lowercase(), "post");
    let action = attribute(html, "<form", "action");
    let hidden = html
        .split("<input")
        .find(|input| input.contains("name=\"t\""))
        .unwrap_or_else(|| panic!("no token in the form: {html}"));
    let token = attribute(hidden, " ", "value");
    for field in ["username", "password"] {
        assert!(html.contains(&format!("name=\"{field}\"")), "{html}");
    }
    let form = format!(
        "t={}&username={}&password={}",
        escape(token),
        escape(username),
        escape(password)
    );
    chat.call(Method::POST, action)
        .content_type("application/x-www-form-urlencoded")
        .header("origin", chat.base())
        .body(form)
        .await
}

async fn the_page_makes_the_first_account(backend: Backend) {
    let stack = Stack::on(backend).start();
    let link = stack
        .link()
        .unwrap_or_else(|| panic!("no link: {}", stack.log()));
    assert!(
        link.starts_with(&format!("{}/register?t=", stack.base())),
        "{link}"
    );
    let chat = Chat::at(&stack.base());
    // A preview of the link, or several, use nothing up.
    drop(page(chat.get(path(&link)).await));
    drop(chat.call(Method::HEAD, path(&link)).await);
    let html = page(chat.get(path(&link)).await);
    // What is wrong is said on the page, and the link stays good.
    let weak = submit(&chat, &html, "The First", "short").await;
    assert!((400..500).contains(&weak.status), "{weak}");
    assert_eq!(weak.content_type(), Some("text/html"), "{weak}");
    let short = submit(&chat, &weak.text(), "abc", PASSWORD).await;
    assert!((400..500).contains(&short.status), "{short}");
    let done = submit(&chat, &html, "The First", PASSWORD).await;
    assert!([200, 201, 303].contains(&done.status), "{done}");
    let first = chat.signed_in("The First", PASSWORD).await;
    assert_eq!(first.info().await.ok(200)["username"], "The First");
    let again = submit(&chat, &html, "The Second", PASSWORD).await;
    assert!((400..500).contains(&again.status), "{again}");
    chat.login("The Second", PASSWORD)
        .await
        .refused("invalid-credentials");
    let used = chat.get(path(&link)).await;
    assert!(used.status < 500, "{used}");
    // The token is nowhere in the log but in the printed line.
    let token = stack.link_token();
    let lines = stack.log();
    let shown = lines
        .lines()
        .filter(|line| line.contains(token.trim_end_matches('=')));
    assert_eq!(shown.count(), 1, "{lines}");
    // A super user exists: no further start prints a link.
    assert!(stack.terminate(Duration::from_secs(30)).success());
    stack.start();
    assert_eq!(stack.link(), None);
    drop(first.elsewhere().info().await.ok(200));
}

async fn each_start_withdraws_the_last_link(backend: Backend) {
    let stack = Stack::on(backend).start();
    let old = stack.link_token();
    stack.restart();
    let new = stack.link_token();
    assert_ne!(old, new);
    let chat = Chat::at(&stack.base());
    let late = chat.create_user("first-user", PASSWORD, &old).await;
    late.refused("invalid-user-invite");
    drop(chat.create_user("first-user", PASSWORD, &new).await.ok(201));
    stack.restart();
    assert_eq!(stack.link(), None);
    let chat = Chat::at(&stack.base());
    for token in [old, new] {
        let answer = chat.create_user("second-user", PASSWORD, &token).await;
        answer.refused("invalid-user-invite");
    }
}

async fn a_link_that_is_none_gets_a_page(backend: Backend) {
    let house = crate::house::house(backend);
    for query in [
        "",
        "?t=",
        "?t=unknown",
        "?t=%00",
        "?t=%3Cscript%3E",
        "?x=1",
        "?t=a&t=b",
    ] {
        let answer = house.nobody().get(format!("/register{query}")).await;
        assert!(answer.status < 500, "{query}: {answer}");
        assert!(!answer.text().contains("<script"), "{query}: {answer}");
    }
    for form in [
        "",
        "t=unknown&username=first-user&password=12345678",
        "t=%00",
        "%%%",
    ] {
        let sent = house.nobody().call(Method::POST, "/register");
        let answer = sent
            .content_type("application/x-www-form-urlencoded")
            .body(form)
            .await;
        assert!((400..500).contains(&answer.status), "{form}: {answer}");
    }
}

async fn an_ordinary_invite_has_the_page_too(backend: Backend) {
    let house = crate::house::house(backend);
    let token = house.token().await;
    let name = crate::house::unique("by-form");
    let html = page(
        house
            .nobody()
            .get(format!("/register?t={}", escape(&token)))
            .await,
    );
    let done = submit(&house.nobody(), &html, &name, PASSWORD).await;
    assert!([200, 201, 303].contains(&done.status), "{done}");
    drop(house.nobody().login(&name, PASSWORD).await.ok(200));
}

async fn links_lead_where_the_setting_says(backend: Backend) {
    for (setting, page) in [
        ("https://app.example/login", "https://app.example/login"),
        ("/login", "https://chat.example/login"),
    ] {
        let stack = Stack::on(backend)
            .env("LATCHKEY_PUBLIC_URL", "https://chat.example")
            .env("LATCHKEY_INVITATIONS__REGISTRATION_URL", setting)
            .start();
        let printed = stack.link().expect("a link");
        let made = stack.admin(&["invite", "create"], "").last_line();
        let chat = Chat::at(&stack.base());
        for (link, name) in [(printed, "The First"), (made, "The Second")] {
            assert!(link.starts_with(&format!("{page}?t=")), "{link}");
            // The front end does with the token what our page does.
            let token = token_of(&link).expect("a token");
            drop(chat.create_user(name, PASSWORD, &token).await.ok(201));
        }
    }
}

every_shape!(
    the_page_makes_the_first_account,
    each_start_withdraws_the_last_link,
    a_link_that_is_none_gets_a_page,
    an_ordinary_invite_has_the_page_too,
    links_lead_where_the_setting_says,
);
