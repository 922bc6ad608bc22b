//! Credentials for the other contracts, by command and by HTTP, through the real program, and that
//! each opens its own contract alone.

use std::time::Duration;

use latchkey_testing::chat::{Answer, escape};
use latchkey_testing::{Backend, eventually, every_shape};
use serde_json::json;

use crate::house::{House, house, text, unique};

async fn keys(house: &House) -> Vec<String> {
    let set = house.nobody().get("/.well-known/jwks.json").await.ok(200);
    let kids = set["keys"].as_array().unwrap().iter();
    kids.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn the_operator_prints_bare_tokens(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let admin = |args: &[&str]| house.stack.admin(args, "");
    for kind in ["bearer", "rds-session"] {
        for life in [&[][..], &["--expires-in", "-60"], &["--expires-in", "60"]] {
            let token = admin(&[&["token", kind, &person.name], life].concat()).last_line();
            assert_eq!(token.split('.').count(), 3, "{token}");
            assert!(!token.contains(' '), "{token}");
        }
    }
    let named = [
        "token",
        "api",
        &person.name,
        "--scopes",
        "invite:read,invite:write",
        "--name",
        "mine",
    ];
    let token = admin(&named).last_line();
    assert_eq!(token.len(), 44, "{token}");
    let bare = ["token", "api", &person.name, "--scopes", ""];
    assert_ne!(admin(&bare).last_line(), token);
    let listed = person.get("/api/user/tokens").await.ok(200);
    let listed = listed["tokens"].as_array().unwrap();
    let shown: Vec<_> = listed
        .iter()
        .map(|it| (&it["name"], &it["scopes"]))
        .collect();
    let (mine, other) = (json!("mine"), json!("by the operator"));
    let (some, none) = (json!(["invite:read", "invite:write"]), json!([]));
    assert_eq!(shown, [(&mine, &some), (&other, &none)]);
    for wrong in [
        &["token", "api", &person.name, "--scopes", "invite:fly"][..],
        &["token", "bearer", &unique("nobody")],
        &[
            "token",
            "bearer",
            &person.name,
            "--expires-in",
            "99999999999999",
        ],
    ] {
        let refused = admin(wrong);
        assert!(
            !refused.status.success() && !refused.stderr.is_empty(),
            "{refused:?}"
        );
    }
}

async fn people_make_and_revoke_their_own(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let wish = json!({"name": "my laptop", "scopes": ["namespace:read"]});
    let made = person.post("/api/user/tokens", &wish).await.ok(201);
    let listed = person.get("/api/user/tokens").await;
    assert!(!listed.text().contains(made["token"].as_str().unwrap()));
    let path = format!("/api/user/tokens/{}", made["tokenId"]);
    person.call(reqwest::Method::DELETE, &path).await.done();
    let again = person.call(reqwest::Method::DELETE, &path).await;
    again.refused("api-token-not-found");

    let wish = json!({"kind": "rds-session"});
    let answer = person.post("/api/user/token", &wish).await;
    let cookies = answer.header("set-cookie").unwrap_or_default().to_owned();
    let token = answer.ok(200)["token"].as_str().unwrap().to_owned();
    assert!(
        cookies.starts_with(&format!("rds-session={token};")),
        "{cookies}"
    );
    let wish = json!({"kind": "bearer"});
    let answer = person.post("/api/user/token", &wish).await;
    assert_eq!(answer.header("set-cookie"), None);
    drop(answer.ok(200));
    house
        .nobody()
        .post("/api/user/token", &wish)
        .await
        .refused("unauthorized");
}

async fn what_a_session_made_ends_with_it(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut held = Vec::new();
    for (kind, path) in [("bearer", "/invite/"), ("rds-session", "/discord/invites")] {
        let made = person.post("/api/user/token", &json!({"kind": kind})).await;
        let made = made.ok(200);
        held.push((kind, path, text(&made, "token").to_owned()));
    }
    for (kind, path, token) in &held {
        assert_ne!(ask(house, kind, path, token).await.status, 401, "{kind}");
    }
    let out = person.logout().await;
    let cleared = out.headers.get_all("set-cookie").iter();
    let cleared: Vec<&str> = cleared.map(|line| line.to_str().unwrap()).collect();
    for name in ["t=;", "rds-session=;"] {
        let is_cleared = |line: &&str| line.starts_with(name) && line.contains("Max-Age=0");
        assert!(cleared.iter().any(is_cleared), "{name} {cleared:?}");
    }
    out.done();
    for (kind, path, token) in &held {
        // Other processes keep what they know for a second.
        let is_over = async || (ask(house, kind, path, token).await.status == 401).then_some(());
        eventually(Duration::from_secs(2), kind, is_over).await;
    }
}

async fn the_operator_exchanges_the_key_that_signs(backend: Backend) {
    let house = house(backend);
    let before = keys(house).await;
    let line = house
        .stack
        .admin(&["signing-key", "rotate"], "")
        .last_line();
    let after = keys(house).await;
    assert_ne!(before[0], after[0]);
    assert!(line.ends_with(&after[0]), "{line}");
    assert!(line.contains("signs next"), "{line}");
    let listed = house.stack.admin(&["signing-key", "list"], "").stdout;
    assert!(listed.contains(&after[0]), "{listed}");
}

/// What somebody may hold, beside nonsense.
const KINDS: [&str; 5] = ["session", "API token", "bearer", "rds-session", "choir key"];

/// How each contract is asked with a credential, and what it says to a good one and to a bad one.
const CONTRACTS: [(&str, &str, u16, u16); 5] = [
    ("session", "/api/user/info", 200, 401),
    ("API token", "/invites", 200, 404),
    ("bearer", "/invite/", 200, 401),
    ("rds-session", "/discord/invites", 404, 401),
    ("choir key", "/check/x", 498, 401),
];

/// Asks a contract with `credential` where its own would stand.
async fn ask(house: &House, kind: &str, path: &str, credential: &str) -> Answer {
    let nobody = house.nobody();
    match kind {
        "session" => nobody
            .get(path)
            .header("cookie", &format!("t={credential}")),
        "rds-session" => {
            let cookie = format!("rds-session={credential}");
            nobody.get(path).header("cookie", &cookie)
        }
        "choir key" => nobody.get(format!("{path}?apikey={}", escape(credential))),
        _ => {
            let bearer = format!("Bearer {credential}");
            nobody.get(path).header("authorization", &bearer)
        }
    }
    .await
}

async fn each_credential_opens_its_contract_alone(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let admin = |args: &[&str]| house.stack.admin(args, "").last_line();
    let scopes = "invite:read,invite:write,invite:delete,namespace:read,namespace:write";
    let held = [
        person.session().to_owned(),
        admin(&["token", "api", &person.name, "--scopes", scopes]),
        admin(&["token", "bearer", &person.name]),
        admin(&["token", "rds-session", &person.name]),
        admin(&["key", "choir"]),
    ];
    for (wanted, path, good, bad) in CONTRACTS {
        for (kind, credential) in KINDS.iter().zip(&held) {
            let answer = ask(house, wanted, path, credential).await;
            let is_own = *kind == wanted;
            let status = if is_own { good } else { bad };
            assert_eq!(answer.status, status, "{kind} at {path}: {answer}");
            if path == "/discord/invites" && is_own {
                assert_eq!(answer.json()["message"], "Invite not found for user!");
            }
        }
        for nonsense in ["", "x", "a.b.c", "null"] {
            let answer = ask(house, wanted, path, nonsense).await;
            assert_eq!(answer.status, bad, "{answer}");
        }
        // All the others at once are as good as none.
        let of = |kind: &str| {
            let at = KINDS.iter().position(|one| *one == kind).unwrap();
            if kind == wanted {
                "x"
            } else {
                held[at].as_str()
            }
        };
        let cookies = format!("t={}; rds-session={}", of("session"), of("rds-session"));
        let bearer = if wanted == "API token" {
            of("bearer")
        } else {
            of("API token")
        };
        let call = house
            .nobody()
            .get(format!("{path}?apikey={}", escape(of("choir key"))));
        let answer = call
            .header("cookie", &cookies)
            .header("authorization", &format!("Bearer {bearer}"))
            .await;
        assert_eq!(answer.status, bad, "{answer}");
    }
}

async fn what_is_over_opens_nothing(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let admin = |args: &[&str]| house.stack.admin(args, "").last_line();
    for (kind, path) in [("bearer", "/invite/"), ("rds-session", "/discord/invites")] {
        let over = admin(&["token", kind, &person.name, "--expires-in", "-60"]);
        let good = admin(&["token", kind, &person.name]);
        assert_eq!(ask(house, kind, path, &over).await.status, 401);
        assert_ne!(ask(house, kind, path, &good).await.status, 401);
        // Another signature, or none, under the same words.
        let (words, signature) = good.rsplit_once('.').unwrap();
        let (_, others) = over.rsplit_once('.').unwrap();
        assert_ne!(signature, others);
        for forged in [
            format!("{words}.{others}"),
            format!("{words}."),
            words.to_owned(),
            format!(
                "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.",
                words.split('.').nth(1).unwrap()
            ),
        ] {
            let answer = ask(house, kind, path, &forged).await;
            assert_eq!(answer.status, 401, "{forged}: {answer}");
        }
    }
    let locked = admin(&["token", "bearer", &person.name]);
    drop(admin(&["user", "lock", &person.name]));
    assert_eq!(ask(house, "bearer", "/invite/", &locked).await.status, 401);
}

every_shape!(
    each_credential_opens_its_contract_alone,
    what_is_over_opens_nothing,
    the_operator_prints_bare_tokens,
    people_make_and_revoke_their_own,
    what_a_session_made_ends_with_it,
    the_operator_exchanges_the_key_that_signs,
);
