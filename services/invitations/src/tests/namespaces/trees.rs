//! Namespaces themselves.

use actix_web::http::header::LINK;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::Realm;
use crate::tests::walk::walk;

both_databases!(
    a_namespace_has_every_member,
    lists_have_pages_of_25,
    lists_of_the_deepest_are_cut,
    deleting_takes_all_below,
    forms_are_checked,
);

async fn a_namespace_has_every_member(backend: Backend) {
    let realm = Realm::new(backend).await;
    let form = json!({ "name": "child", "parent": "djinn", "description": "d", "x": 1 });
    let made = realm.post(realm.owner, "/namespaces", form).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let made = made.json();
    assert_eq!(made.as_object().unwrap().len(), 22);
    assert_eq!(made["path"], "djinn/child");
    assert_eq!(made["parent_id"], made["parent"]["id"]);
    assert_eq!(made["root_id"], made["parent"]["id"]);
    assert_eq!(made["user"]["username"], "owner");
    assert_eq!(made["user_id"], realm.owner.0);
    assert!(
        made["url"]
            .as_str()
            .unwrap()
            .ends_with("/n/owner/djinn/child")
    );
    let read = realm.get(realm.owner, "/n/OWNER/djinn%2Fchild").await;
    assert_eq!(read.json(), made);
    let below = realm.get(realm.owner, "/n/owner/djinn/-/namespaces").await;
    assert_eq!(below.json(), json!([made]));
}

async fn lists_have_pages_of_25(backend: Backend) {
    let realm = Realm::new(backend).await;
    for nth in 0..26 {
        let form = json!({ "name": format!("number{nth}") });
        assert_eq!(
            realm.post(realm.guest, "/namespaces", form).await.status,
            201
        );
    }
    let first = realm
        .get(realm.guest, "/api/namespaces?search=NUMBER")
        .await;
    assert_eq!(first.json().as_array().unwrap().len(), 25);
    let link = first.header(&LINK).to_owned();
    let (uri, rel) = link.split_once('>').unwrap();
    assert_eq!(rel, "; rel=\"next\"");
    let (_, after) = uri
        .split_once("/api/namespaces?search=NUMBER&after=")
        .unwrap();
    let uri = format!("/api/namespaces?search=NUMBER&after={after}");
    let second = realm.get(realm.guest, &uri).await;
    assert_eq!(second.json().as_array().unwrap().len(), 1);
    assert_eq!(second.header(&LINK), "");
    assert_eq!(
        realm.count(realm.guest, "/namespaces?search=number2").await,
        7
    );
    assert_eq!(realm.count(realm.guest, "/namespaces?search=%25").await, 0);
    assert_eq!(realm.count(realm.stranger, "/namespaces").await, 0);
    let uri = realm.invite().await;
    assert_eq!(realm.patch(realm.guest, &uri).await.status, 200);
    assert_eq!(
        realm.count(realm.guest, "/namespaces?search=djinn").await,
        1
    );
}

/// Each holds what it lies in, whole, so the longest row has more than 100 kB.
async fn lists_of_the_deepest_are_cut(backend: Backend) {
    let realm = Realm::new(backend).await;
    let name = |nth: usize| format!("{nth:0>32}");
    let make = async |parent: &str, nth: usize| {
        let description = "\u{1}".repeat(255);
        let form = json!({ "name": name(nth), "parent": parent, "description": description });
        let made = realm.post(realm.guest, "/namespaces", form).await;
        assert_eq!(made.status, 201, "{}", made.body);
    };
    let mut path = String::new();
    for depth in 0..19 {
        make(&path, depth).await;
        path = format!("{path}/{}", name(depth))
            .trim_matches('/')
            .to_owned();
    }
    for nth in 0..25 {
        make(&path, nth).await;
    }
    let list = format!("/n/guest/{path}/-/namespaces");
    let (rows, pages) = walk(&list, async |uri| {
        let answer = realm.get(realm.guest, &uri).await;
        let link = answer.headers.get(LINK).cloned();
        (answer.body, link)
    })
    .await;
    assert_eq!((rows, pages), (25, 2));
}

async fn deleting_takes_all_below(backend: Backend) {
    let realm = Realm::new(backend).await;
    for (parent, name) in [("djinn", "one"), ("djinn/one", "two"), ("djinn", "one2")] {
        let form = json!({ "name": name, "parent": parent });
        assert_eq!(
            realm.post(realm.owner, "/namespaces", form).await.status,
            201
        );
    }
    assert_eq!(
        realm.delete(realm.owner, "/n/owner/djinn/one").await.status,
        204
    );
    assert_eq!(
        realm
            .get(realm.owner, "/n/owner/djinn/one/two")
            .await
            .status,
        404
    );
    assert_eq!(
        realm.get(realm.owner, "/n/owner/djinn/one2").await.status,
        200
    );
    let uri = realm.invite().await;
    assert_eq!(realm.patch(realm.guest, &uri).await.status, 200);
    assert_eq!(
        realm.delete(realm.guest, "/n/owner/djinn").await.status,
        404
    );
    assert_eq!(
        realm.delete(realm.owner, "/n/owner/djinn").await.status,
        204
    );
    assert_eq!(
        realm.delete(realm.owner, "/n/owner/djinn").await.status,
        404
    );
    assert_eq!(realm.count(realm.guest, "/namespaces").await, 0);
    let again = realm
        .post(realm.owner, "/namespaces", json!({ "name": "djinn" }))
        .await;
    assert_eq!(again.status, 201);
    assert_eq!(realm.get(realm.guest, "/n/owner/djinn").await.status, 404);
}

async fn forms_are_checked(backend: Backend) {
    let realm = Realm::new(backend).await;
    for (form, field) in [
        (json!({}), "name"),
        (json!({ "name": null }), "name"),
        (json!({ "name": 5 }), "name"),
        (json!({ "name": "ab" }), "name"),
        (json!({ "name": "a b c" }), "name"),
        (json!({ "name": "a".repeat(33) }), "name"),
        (json!({ "name": "Djinn" }), "name"),
        (json!({ "name": "good", "parent": "nothing" }), "parent"),
        (json!({ "name": "good", "parent": [] }), "parent"),
        (
            json!({ "name": "good", "visibility": "secret" }),
            "visibility",
        ),
        (
            json!({ "name": "good", "description": "d".repeat(256) }),
            "description",
        ),
    ] {
        let refused = realm.post(realm.owner, "/namespaces", form.clone()).await;
        assert_eq!(refused.status, 400, "{form}");
        assert!(
            refused.json()[field][0].is_string(),
            "{form}: {}",
            refused.body
        );
    }
    let theirs = json!({ "name": "good", "parent": "djinn" });
    let refused = realm.post(realm.guest, "/namespaces", theirs).await;
    assert_eq!(refused.status, 400);
    let mut parent = "djinn".to_owned();
    for _ in 1..20 {
        let form = json!({ "name": "deep", "parent": parent });
        assert_eq!(
            realm.post(realm.owner, "/namespaces", form).await.status,
            201
        );
        parent.push_str("/deep");
    }
    let form = json!({ "name": "deep", "parent": parent });
    let refused = realm.post(realm.owner, "/namespaces", form).await;
    assert_eq!(
        (refused.status, refused.json()["parent"][0].is_string()),
        (400, true)
    );
}
