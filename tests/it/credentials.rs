//! Credentials for the other contracts, by command and by HTTP, through the real program. What each
//! is good for is tested at the contracts.

use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use crate::house::{House, house, unique};

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
    let listed = house.stack.admin(&["signing-key", "list"], "").stdout;
    assert!(listed.contains(&after[0]), "{listed}");
}

both_databases!(
    the_operator_prints_bare_tokens,
    people_make_and_revoke_their_own,
    the_operator_exchanges_the_key_that_signs,
);
