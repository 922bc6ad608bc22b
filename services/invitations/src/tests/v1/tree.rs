//! Who let whom in, as people see it.

use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::house::{House, id, path_of, secret, who_came};
use crate::tests::site::Answer;

both_databases!(
    one_sees_who_let_one_in,
    one_sees_ones_own_branch,
    nobody_sees_another_branch,
    lists_go_on_by_cursor,
    whoever_is_gone_leaves_a_place,
);

/// The owner let in Anna, she Berta, and Berta both Cora and Dora.
struct Tree {
    house: House,
    owner: UserId,
    anna: UserId,
    berta: UserId,
    cora: UserId,
    dora: UserId,
}

impl Tree {
    async fn new(backend: Backend) -> Self {
        let house = House::new(backend).await;
        let owner = house.owner;
        let anna = let_in(&house, owner, "anna").await;
        let berta = let_in(&house, anna, "berta").await;
        let cora = let_in(&house, berta, "cora").await;
        let dora = let_in(&house, berta, "dora").await;
        Self {
            house,
            owner,
            anna,
            berta,
            cora,
            dora,
        }
    }

    async fn ask(&self, who: UserId, about: UserId, what: &str) -> Answer {
        let uri = format!("/v1/accounts/acc_{about}/{what}");
        self.house.get(&uri, who).await
    }
}

async fn let_in(house: &House, by: UserId, name: &str) -> UserId {
    let wish = json!({"grants": [{"type": "account"}]});
    let made = house.post("/v1/invitations", by, wish).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let came = house.redeem("account", secret(&made.json()), name).await;
    assert_eq!(came.status, 201, "{}", came.body);
    who_came(&came)
}

/// How far away and who.
fn steps(answer: &Answer) -> Vec<(i64, String)> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let json = answer.json();
    let step = |one: &Value| {
        let name = one["username"].as_str().unwrap_or_default().to_owned();
        (one["level"].as_i64().unwrap(), name)
    };
    json["data"].as_array().unwrap().iter().map(step).collect()
}

fn named(all: &[(i64, &str)]) -> Vec<(i64, String)> {
    let named = |(level, name): &(i64, &str)| (*level, (*name).to_owned());
    all.iter().map(named).collect()
}

async fn one_sees_who_let_one_in(backend: Backend) {
    let tree = Tree::new(backend).await;
    let above = tree.ask(tree.cora, tree.cora, "inviters").await;
    let expected = named(&[(1, "berta"), (2, "anna"), (3, "owner")]);
    assert_eq!(steps(&above), expected);
    let first = &above.json()["data"][0];
    assert_eq!(first["account"], format!("acc_{}", tree.berta));
    assert_eq!(first["is_gone"], false);
    assert!(first["invitation"].as_str().unwrap().starts_with("inv_"));
    assert!(first["came_at"].is_string(), "{first}");
    let turned = tree.ask(tree.cora, tree.cora, "inviters?order=created_at");
    let expected = named(&[(3, "owner"), (2, "anna"), (1, "berta")]);
    assert_eq!(steps(&turned.await), expected);
    assert_eq!(
        steps(&tree.ask(tree.owner, tree.owner, "inviters").await),
        []
    );
    // An invitation of the operator's is nobody's.
    let link = tree.house.world.link(1).await.token;
    let came = tree.house.redeem("account", link.expose(), "elsa").await;
    let elsa = who_came(&came);
    let above = tree.ask(elsa, elsa, "inviters").await.json();
    assert_eq!(above["data"][0]["account"], Value::Null, "{above}");
    assert_eq!(above["data"][0]["is_gone"], false);
}

async fn one_sees_ones_own_branch(backend: Backend) {
    let tree = Tree::new(backend).await;
    let below = tree.ask(tree.anna, tree.anna, "invited").await;
    assert_eq!(steps(&below), named(&[(1, "berta")]));
    assert_eq!(
        below.json()["data"][0]["inviter"],
        format!("acc_{}", tree.anna)
    );
    let below = tree.ask(tree.anna, tree.anna, "invited?depth=2&order=created_at");
    let expected = named(&[(1, "berta"), (2, "cora"), (2, "dora")]);
    assert_eq!(steps(&below.await), expected);
    for (about, what, expected) in [
        (tree.berta, "invited", &[(1, "dora"), (1, "cora")][..]),
        (tree.dora, "invited", &[]),
        (
            tree.dora,
            "inviters",
            &[(1, "berta"), (2, "anna"), (3, "owner")],
        ),
    ] {
        let seen = tree.ask(tree.anna, about, what).await;
        assert_eq!(steps(&seen), named(expected), "{about} {what}");
    }
    for bad in ["invited?depth=0", "invited?depth=11", "inviters?depth=2"] {
        let refused = tree.ask(tree.anna, tree.anna, bad).await;
        assert_eq!(refused.status, 422, "{bad}: {}", refused.body);
    }
    // Whoever came into a channel came because of nobody.
    let link = tree.house.link("channel", json!({})).await;
    tree.house.redeem("channel", secret(&link), "guest").await;
    let all = tree.ask(tree.owner, tree.owner, "invited?depth=10").await;
    assert_eq!(steps(&all).len(), 4, "{}", id(&link));
}

async fn nobody_sees_another_branch(backend: Backend) {
    let tree = Tree::new(backend).await;
    let other = tree.house.world.users.account("other");
    for what in ["inviters", "invited"] {
        for (who, about) in [
            (other, tree.cora),
            (tree.cora, tree.dora),
            (tree.dora, tree.anna),
            (tree.berta, tree.owner),
            (tree.anna, UserId(4_711)),
        ] {
            let hidden = tree.ask(who, about, what).await;
            assert_eq!(hidden.status, 404, "{who} {about} {what}");
        }
    }
    let root = tree.house.world.users.super_user("root");
    let below = tree.ask(root, tree.owner, "invited?depth=3").await;
    assert_eq!(steps(&below).len(), 4);
    let above = tree.ask(root, tree.dora, "inviters").await;
    assert_eq!(steps(&above).len(), 3);
    assert_eq!(steps(&tree.ask(root, other, "inviters").await), []);
    assert_eq!(tree.ask(root, UserId(4_711), "inviters").await.status, 404);
}

async fn lists_go_on_by_cursor(backend: Backend) {
    let tree = Tree::new(backend).await;
    for (what, count) in [
        ("invited?depth=3&limit=1", 4),
        ("invited?depth=3&limit=1&order=created_at", 4),
        ("inviters?limit=1", 3),
        ("inviters?limit=1&order=created_at", 3),
    ] {
        let about = if what.starts_with("invited") {
            tree.owner
        } else {
            tree.dora
        };
        let mut uri = format!("/v1/accounts/acc_{about}/{what}");
        let mut seen = Vec::new();
        loop {
            let page = tree.house.get(&uri, about).await;
            seen.extend(steps(&page));
            let json = page.json();
            let Some(next) = json["next"].as_str() else {
                break;
            };
            uri = path_of(next);
        }
        let mut names: Vec<&str> = seen.iter().map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(
            (seen.len(), names.len()),
            (count, count),
            "{what}: {seen:?}"
        );
    }
}

/// The tree goes on through whoever has no account any more.
async fn whoever_is_gone_leaves_a_place(backend: Backend) {
    let tree = Tree::new(backend).await;
    let berta = tree.berta;
    let gone = tree.house.world.app.db.change(move |conn| {
        conn.batch(&format!(
            "UPDATE uses SET user_id = 999 WHERE user_id = {berta}"
        ))?;
        conn.batch(&format!(
            "UPDATE invitations SET issuer_id = 999 WHERE issuer_id = {berta}"
        ))
    });
    gone.await.unwrap();
    let below = tree
        .ask(tree.anna, tree.anna, "invited?depth=2")
        .await
        .json();
    let berta = below["data"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&berta["account"], &berta["username"], &berta["is_gone"]),
        (&json!("acc_999"), &Value::Null, &json!(true)),
        "{below}"
    );
    assert_eq!(below["data"].as_array().unwrap().len(), 3);
    let above = tree.ask(tree.cora, tree.cora, "inviters").await;
    let expected = named(&[(1, ""), (2, "anna"), (3, "owner")]);
    assert_eq!(steps(&above), expected);
    let root = tree.house.world.users.super_user("root");
    let asked = tree.ask(root, UserId(999), "inviters").await;
    assert_eq!(steps(&asked), named(&[(1, "anna"), (2, "owner")]));
}
