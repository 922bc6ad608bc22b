//! `/namespaces`, `/n/{user}/{path}`, `/n/{user}/{path}/-/namespaces`, `/user`

use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use super::client::{Holder, not_found};
use crate::house::{House, house, unique};

async fn two(backend: Backend) -> (&'static House, Holder, Holder) {
    let house = house(backend);
    (house, Holder::new(house).await, Holder::new(house).await)
}

async fn a_tree_is_made_read_edited_and_deleted(backend: Backend) {
    let (_, owner, other) = two(backend).await;
    let space = owner.namespace().await;
    let form = json!({"name": "below", "parent": space, "description": "Beds"});
    let made = owner.post("/namespaces", &form).await.ok(201);
    let at = owner.at(&format!("{space}/below"));
    assert_eq!(made["path"], format!("{space}/below"));
    assert_eq!(made["visibility"], "private");
    assert_eq!(made["parent"]["name"], space);
    assert_eq!(made["root_id"], made["parent"]["id"]);
    assert_eq!(made["parent"]["parent_id"], Value::Null);
    assert_eq!(owner.get(&at).await.ok(200), made);
    let below = format!("{}/-/namespaces", owner.at(&space));
    assert_eq!(owner.get(&below).await.ok(200), json!([made]));

    let edited = owner.edit(&at, &json!({"description": "Tools"})).await;
    assert_eq!(edited.ok(200)["description"], "Tools");
    for refused in [
        other.get(&at).await,
        other.edit(&at, &json!({})).await,
        other.delete(&at).await,
        other.get(&below).await,
    ] {
        assert_eq!(refused.ok(404), not_found());
    }
    let root = owner.at(&space);
    assert_eq!(owner.delete(&root).await.expect(204).body, b"");
    assert_eq!(owner.get(&at).await.ok(404), not_found());
}

async fn children_inherit_who_may_see(backend: Backend) {
    let (house, owner, other) = two(backend).await;
    let space = owner.namespace().await;
    let form = json!({"name": "below", "parent": space, "visibility": "public"});
    let made = owner.post("/namespaces", &form).await.ok(201);
    assert_eq!(made["visibility"], "private");
    let (root, below) = (owner.at(&space), owner.at(&format!("{space}/below")));
    for (visibility, to_user, to_nobody) in [
        ("internal", 200, 404),
        ("public", 200, 200),
        ("private", 404, 404),
    ] {
        let edit = json!({"visibility": visibility});
        drop(owner.edit(&root, &edit).await.ok(200));
        let shown = owner.get(&below).await.ok(200);
        assert_eq!(shown["visibility"], visibility);
        assert_eq!(other.get(&below).await.status, to_user, "{visibility}");
        let nobody = house.nobody().get(&below).await;
        assert_eq!(nobody.status, to_nobody, "{visibility}");
    }
}

async fn lists_are_searched_and_paged(backend: Backend) {
    let (house, owner, _) = two(backend).await;
    for nth in 0..27 {
        let name = if nth < 26 {
            format!("paged{nth}")
        } else {
            "other".into()
        };
        drop(
            owner
                .post("/namespaces", &json!({"name": name}))
                .await
                .ok(201),
        );
    }
    let mut next = Some("/namespaces?search=PAGED".to_owned());
    let mut seen = Vec::new();
    let mut pages = Vec::new();
    while let Some(path) = next {
        let answer = owner.get(&path).await;
        next = answer.next_page();
        let list = answer.ok(200);
        let list = list.as_array().unwrap();
        pages.push(list.len());
        seen.extend(
            list.iter()
                .map(|one| one["name"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(pages, [25, 1]);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 26);
    // `%` and `_` are themselves.
    assert_eq!(owner.count("/namespaces?search=%25").await, 0);
    assert_eq!(owner.count("/namespaces?search=paged_").await, 0);
    assert_eq!(house.nobody().get("/namespaces").await.status, 404);
}

async fn forms_that_make_no_sense_name_their_fields(backend: Backend) {
    let (_, owner, _) = two(backend).await;
    let taken = owner.namespace().await;
    for (form, field) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "ab"}), "name"),
        (json!({"name": "a".repeat(33)}), "name"),
        (json!({"name": "a b c"}), "name"),
        (json!({"name": 3}), "name"),
        (json!({"name": taken.to_uppercase()}), "name"),
        (json!({"name": "good", "parent": "nowhere"}), "parent"),
        (
            json!({"name": "good", "visibility": "secret"}),
            "visibility",
        ),
        (
            json!({"name": "good", "description": "d".repeat(256)}),
            "description",
        ),
    ] {
        let refused = owner.post("/namespaces", &form).await.ok(400);
        assert!(refused[field][0].is_string(), "{form}: {refused}");
    }
    for body in [
        "",
        "{",
        "[]",
        "null",
        "\"good\"",
        "{\"name\": \"go\\u0000od\"}",
    ] {
        let call = owner.call(reqwest::Method::POST, "/namespaces");
        let refused = call.content_type("application/json").body(body).await;
        assert!(refused.ok(400)["name"][0].is_string(), "{body}");
    }
    assert_eq!(owner.count("/namespaces").await, 1);
}

async fn whoever_asks_is_told_who_they_are(backend: Backend) {
    let (house, owner, _) = two(backend).await;
    let email = format!("{}@example.org", unique("mail"));
    let set = ["user", "set-email", owner.name(), &email];
    assert!(house.stack.admin(&set, "").status.success());
    for path in ["/user", "/api/user"] {
        let me = owner.get(path).await.ok(200);
        assert_eq!(
            (&me["username"], &me["email"]),
            (&json!(owner.name()), &json!(email))
        );
    }
}

every_shape!(
    a_tree_is_made_read_edited_and_deleted,
    children_inherit_who_may_see,
    lists_are_searched_and_paged,
    forms_that_make_no_sense_name_their_fields,
    whoever_asks_is_told_who_they_are,
);
