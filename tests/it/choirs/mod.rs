//! The choir contract from outside, with keys and invitations of the operator's.

use latchkey_common::text::printable;
use latchkey_testing::chat::Chat;
use latchkey_testing::{Backend, every_shape, race};
use serde_json::{Value, json};

use crate::house::{House, house, unique};

fn key(house: &House) -> String {
    house.stack.admin(&["key", "choir"], "").last_line()
}

/// An invitation of the operator's that is good for so many milliseconds.
fn invite(house: &House, ttl_ms: &str) -> String {
    let words = [
        "choir",
        "invite",
        "--creator",
        "u1",
        "--invitee",
        "user@example.org",
        "--choir",
        "c1",
        "--ttl-ms",
        ttl_ms,
    ];
    house.stack.admin(&words, "").last_line()
}

async fn the_contract_works_with_a_key(backend: Backend) {
    let house = house(backend);
    let (nobody, key) = (house.nobody(), key(house));
    let body = json!({"creator": "u1", "invitee": "user@example.org", "choirId": "c1"});
    for path in ["/create", "/create/"] {
        let made = nobody
            .post(format!("{path}?apikey={key}"), &body)
            .await
            .ok(200);
        let id = made["id"].as_str().unwrap();
        assert_eq!(id.len(), 32);
        let path = format!("/check/{id}?apikey={key}");
        let found = nobody.get(&path).await.ok(200);
        assert_eq!(found["invitation"]["invitee"], "user@example.org");
        let refused = nobody.get(format!("/check/{id}?apikey={key}x")).await;
        assert_eq!(refused.status, 401, "{refused}");
    }
    let missing = nobody
        .post(format!("/create?apikey={key}"), &json!({}))
        .await;
    assert_eq!(missing.status, 422, "{missing}");
    let secret = key.splitn(3, '_').nth(2).unwrap();
    let told = house.stack.lines_with(secret);
    assert!(told.is_empty(), "a key is in the log");
    assert!(!house.stack.lines_with("apikey=***").is_empty());
}

async fn an_end_is_told_once(backend: Backend) {
    let house = house(backend);
    let (nobody, key) = (house.nobody(), key(house));
    let good = invite(house, "600000");
    let path = format!("/check/{good}?apikey={key}");
    assert_eq!(nobody.get(&path).await.status, 200);
    for ttl_ms in ["0", "1", "-600000"] {
        let path = format!("/check/{}?apikey={key}", invite(house, ttl_ms));
        let clients: Vec<Chat> = (0..30).map(|_| nobody.elsewhere()).collect();
        let answers = race(30, |n| clients[n].get(&path).into_future()).await;
        let answers: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let told = answers.iter().filter(|status| **status == 489).count();
        let gone = answers.iter().filter(|status| **status == 498).count();
        assert_eq!((told, gone), (1, 29), "{answers:?}");
    }
}

async fn people_on_the_list_make_keys(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let ask = json!({"keyname": unique("key")});
    let refused = person.post("/keys/create", &ask).await;
    assert_eq!(refused.status, 403, "{refused}");
    let listed = house.stack.admin(&["choir", "whitelist", &person.name], "");
    assert!(listed.status.success(), "{listed:?}");
    let made = person.post("/keys/create", &ask).await.ok(200);
    let key = made["data"]["_id"].as_str().unwrap();
    let path = format!("/check/x?apikey={key}");
    assert_eq!(house.nobody().get(&path).await.status, 498);
    let keys = house.stack.admin(&["key", "list"], "");
    assert!(
        keys.stdout.contains(&person.name) && !keys.stdout.contains(key),
        "{keys:?}"
    );
    let list = person.get("/keys/list").await.ok(200);
    let id = list["data"][0]["_id"].as_str().unwrap();
    let revoked = house.stack.admin(&["key", "revoke", id], "");
    assert!(revoked.status.success(), "{revoked:?}");
    assert_eq!(house.nobody().get(&path).await.status, 401);
    let again = house.stack.admin(&["key", "revoke", id], "");
    assert!(!again.status.success(), "{again:?}");
}

async fn the_operator_sees_who_made_what(backend: Backend) {
    let house = house(backend);
    let key = key(house);
    let id = invite(house, "0");
    let path = format!("/check/{id}?apikey={key}");
    assert_eq!(house.nobody().get(&path).await.status, 489);
    let story = house.stack.admin(&["invite", "show", &id], "");
    for words in [
        id.as_str(),
        "into        choir",
        "made by     the operator",
        "creator     u1",
        "choir       c1",
        "made for    user@example.org",
        "state       expired",
        "purged",
    ] {
        assert!(story.stdout.contains(words), "{words}: {story:?}");
    }
}

/// What a key's holder writes reaches the operator's terminal as it was written, and does nothing there.
async fn strangers_texts_do_nothing_on_the_terminal(backend: Backend) {
    const FORGED: &str = "u1\nstate       accepted\r\n\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}31m\u{7f}\u{202e}\u{2028}\u{2029}\u{85}\u{feff}";
    let house = house(backend);
    let nobody = house.nobody();
    let made = async |text: &str| {
        let body = json!({"creator": text, "invitee": text, "choirId": text});
        let path = format!("/create?apikey={}", key(house));
        nobody.post(&path, &body).await.ok(200)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (forged, harmless) = (made(FORGED).await, made("u1").await);
    let owner = house.person().await.name;
    let key_name = house.stack.admin(&["key", "choir", "--name", "my key"], "");
    let show = |id: &str| house.stack.admin(&["invite", "show", id], "").stdout;
    let (forged_story, story) = (show(&forged), show(&harmless));
    assert_eq!(forged_story.lines().count(), story.lines().count());
    assert!(
        forged_story.contains("creator     u1\\u{a}state       accepted\\u{d}"),
        "{forged_story}"
    );
    assert!(
        !forged_story
            .lines()
            .any(|line| line == "state       accepted")
    );
    let invites = ["--json", "invite", "show", &forged];
    let json = house.stack.admin(&invites, "").stdout;
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["recipient"], FORGED, "{value}");
    let missing = format!("x{FORGED}");
    for args in [
        &["invite", "show", forged.as_str()][..],
        &invites,
        &["invite", "tree", &owner],
        &["user", "list"],
        &["--json", "user", "list"],
        &["user", "show", &owner],
        &["user", "show", &missing],
        &["user", "lock", &missing],
        &["invite", "show", &missing],
        &["invite", "tree", &missing],
        &["group", "create", "--owner", &missing, "--name", FORGED],
        &["group", "add-member", &missing, &missing],
        &["namespace", "create", "--owner", &missing, "--path", FORGED],
        &["choir", "whitelist", &missing],
        &["key", "list"],
        &["signing-key", "list"],
    ] {
        let output = house.stack.admin(args, "");
        for line in [&output.stdout, &output.stderr]
            .into_iter()
            .flat_map(|text| text.lines())
        {
            assert_eq!(printable(line), line, "{args:?}");
        }
    }
    assert!(key_name.status.success(), "{key_name:?}");
}

every_shape!(
    strangers_texts_do_nothing_on_the_terminal,
    the_contract_works_with_a_key,
    an_end_is_told_once,
    people_on_the_list_make_keys,
    the_operator_sees_who_made_what,
);
