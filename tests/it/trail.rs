//! The trail in the log: what an audit asks for, and nothing that lets anybody in.

use std::io::Write as _;

use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape, one_process, raw};
use serde_json::{Value, json};

use crate::house::{House, PASSWORD, int, text};

every_shape!(it_says_who_did_what_from_where);
one_process!(
    it_shows_as_much_of_an_address_as_is_set,
    the_start_is_told_in_one_line,
    bytes_that_are_no_request_are_nobodys_error,
);

async fn house(backend: Backend, env: &[(&str, &str)]) -> House {
    let mut stack = Stack::on(backend).env("LATCHKEY_LOG__FORMAT", "json");
    for (name, value) in env {
        stack = stack.env(name, value);
    }
    House::open(stack.start()).await
}

fn lines(house: &House, words: &str) -> Vec<Value> {
    let lines = house.stack.lines_with(words);
    lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The facts of one kind.
fn facts(house: &House, fact: &str) -> Vec<Value> {
    let mut all = lines(house, "latchkey::trail");
    all.retain(|line| line["fact"] == fact);
    all
}

async fn it_says_who_did_what_from_where(backend: Backend) {
    let house = house(backend, &[]).await;
    let person = house.person().await;
    let nobody = house.nobody();
    let wrong = nobody.login(&person.name, "a wrong secret").await;
    wrong.refused("invalid-credentials");
    // Somebody typed the password where the name belongs.
    let misplaced = nobody.login("hunter2@home", "x").await;
    misplaced.refused("invalid-credentials");
    let wish = json!({"name": "laptop", "scopes": ["invite:read"]});
    let made = person.post("/api/user/tokens", &wish).await.ok(201);
    let bearer = person.post("/api/user/token", &json!({"kind": "bearer"}));
    let bearer = bearer.await.ok(200);
    let changed = person.change_password(PASSWORD, "a better secret").await;
    changed.done();
    nobody.info().await.refused("unauthorized");
    house.stack.admin(&["user", "lock", &person.name], "");

    let has = |fact: &str, members: &[(&str, Value)]| {
        let found = facts(&house, fact);
        let is_it = |line: &&Value| members.iter().all(|(name, value)| line[name] == *value);
        let one = found.iter().find(is_it).cloned();
        one.unwrap_or_else(|| panic!("{fact} {members:?} in {found:#?}"))
    };
    let me = json!(person.id);
    let told = [
        has("login-failed", &[("name", json!(person.name))]),
        has("login-failed", &[("name", Value::Null)]),
        has(
            "account-changed",
            &[("account", me.clone()), ("change", json!("made"))],
        ),
        has(
            "account-changed",
            &[("account", me.clone()), ("change", json!("password"))],
        ),
        has(
            "credential-made",
            &[("account", me.clone()), ("kind", json!("session"))],
        ),
        has(
            "credential-made",
            &[
                ("kind", json!("api-token")),
                ("number", json!(int(&made, "tokenId"))),
            ],
        ),
        has(
            "credential-made",
            &[("account", me.clone()), ("kind", json!("bearer"))],
        ),
        has("refused", &[("status", json!(401))]),
    ];
    for line in told {
        assert_eq!(line["span"]["client"], "127.0.0.1", "{line}");
        assert!(line["span"]["id"].is_string(), "{line}");
        assert!(line["spans"].is_null(), "{line}");
    }
    let own = has("account-changed", &[("change", json!("password"))]);
    assert_eq!(own["span"]["user"], me);
    let locked = has(
        "account-changed",
        &[("account", me), ("change", json!("locked"))],
    );
    assert_eq!(locked["span"]["path"], "/operator/users/lock");
    let command = [
        ("command", json!("/operator/users/lock")),
        ("on", json!(format!("username={}", person.name))),
        ("status", json!(200)),
    ];
    has("operator-command", &command);

    for secret in [
        PASSWORD,
        "a wrong secret",
        "a better secret",
        "hunter2",
        text(&made, "token"),
        text(&bearer, "token"),
        person.session(),
    ] {
        assert!(house.stack.lines_with(secret).is_empty(), "{secret}");
    }
}

async fn it_shows_as_much_of_an_address_as_is_set(backend: Backend) {
    for (setting, wanted) in [("network", json!("127.0.0.0/24")), ("none", Value::Null)] {
        let house = house(backend, &[("LATCHKEY_LOG__CLIENT_ADDRESSES", setting)]).await;
        let refused = house.nobody().info().await;
        refused.refused("unauthorized");
        let facts = facts(&house, "refused");
        assert!(!facts.is_empty());
        for line in facts {
            assert_eq!(line["span"]["client"], wanted, "{line}");
        }
    }
}

async fn the_start_is_told_in_one_line(backend: Backend) {
    let house = house(backend, &[]).await;
    let mut told = lines(&house, "\"message\":\"begins\"");
    assert_eq!(told.len(), 1, "{told:?}");
    let told = told.remove(0);
    assert_eq!(told["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["public"], house.stack.public().to_string());
    assert_eq!(told["internal"], house.stack.internal());
    let databases = text(&told, "databases");
    for service in ["users", "channels", "invitations", "discord"] {
        let place = match backend {
            Backend::Sqlite => format!("{service}=sqlite://"),
            Backend::Postgres | Backend::Split => format!("{service}=postgres://"),
        };
        assert!(databases.contains(&place), "{databases}");
    }
}

async fn bytes_that_are_no_request_are_nobodys_error(backend: Backend) {
    let house = house(backend, &[]).await;
    let authority = house.stack.public().to_string();
    for garbage in [
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "SSH-2.0-Go\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\u{1}\r\nContent-Length: x\r\n\r\n",
        "\r\n\r\n\r\n\u{0}\u{0}\u{0}",
    ] {
        let mut stream = raw::connect(&authority);
        drop(stream.write_all(garbage.as_bytes()));
        drop(stream.shutdown(std::net::Shutdown::Write));
        let mut rest = Vec::new();
        drop(std::io::Read::read_to_end(&mut stream, &mut rest));
    }
    for level in ["ERROR", "WARN"] {
        let loud = lines(&house, &format!("\"level\":\"{level}\""));
        assert!(loud.is_empty(), "{loud:?}");
    }
}
