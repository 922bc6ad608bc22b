//! Who may do what, and what everybody else is told: nothing.

use actix_web::test::TestRequest;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{INVITES, Realm, not_found};

/// Begins a call.
type Request = fn() -> TestRequest;

both_databases!(
    a_scope_opens_its_calls_and_no_other,
    strangers_learn_nothing,
    a_bad_query_is_explained_to_those_who_may_look,
    visibility_is_inherited,
    who_am_i,
);

async fn a_scope_opens_its_calls_and_no_other(backend: Backend) {
    let realm = Realm::new(backend).await;
    let uri = realm.invite().await;
    let calls: [(&str, Request); 5] = [
        ("invite:read", TestRequest::get),
        ("invite:write", TestRequest::patch),
        ("invite:delete", TestRequest::delete),
        ("namespace:read", TestRequest::get),
        ("namespace:write", TestRequest::post),
    ];
    let paths = ["/invites", &uri, &uri, "/namespaces", "/namespaces"];
    for ((scope, request), path) in calls.iter().zip(paths) {
        for (other, _) in calls.iter().filter(|(other, _)| other != scope) {
            let refused = realm
                .call_with(realm.guest, other, request().uri(path))
                .await;
            assert_eq!(
                (refused.status, refused.json()),
                (404, not_found()),
                "{path} {other}"
            );
        }
    }
    let listed = realm
        .call_with(
            realm.guest,
            "invite:read",
            TestRequest::get().uri("/invites"),
        )
        .await;
    assert_eq!(listed.status, 200);
    let accepted = realm
        .call_with(realm.guest, "invite:write", TestRequest::patch().uri(&uri))
        .await;
    assert_eq!(accepted.status, 200);
    for scope in ["invite:read", "namespace:read"] {
        let sent = realm
            .call_with(realm.owner, scope, TestRequest::get().uri(INVITES))
            .await;
        assert_eq!(sent.status, 200);
    }
}

async fn strangers_learn_nothing(backend: Backend) {
    let realm = Realm::new(backend).await;
    let bad = || TestRequest::post().uri(INVITES).set_payload("{");
    let nobody = realm.site.send(bad()).await;
    assert_eq!((nobody.status, nobody.json()), (404, not_found()));
    let stranger = realm.call(realm.stranger, bad()).await;
    assert_eq!((stranger.status, stranger.json()), (404, not_found()));
    let owner = realm.call(realm.owner, bad()).await;
    assert_eq!(owner.status, 400);
    for (method, path) in [
        (TestRequest::get(), "/n/owner/djinn"),
        (TestRequest::get(), "/n/owner/djinn/-/namespaces"),
        (TestRequest::get(), "/n/owner/djinn/-/collaborators"),
        (TestRequest::delete(), "/n/owner/djinn"),
        (TestRequest::patch(), "/n/owner/djinn"),
        (TestRequest::get(), INVITES),
        (TestRequest::get(), "/n/owner/nothing"),
        (TestRequest::get(), "/n/nobody/djinn"),
        (TestRequest::get(), "/n/owner/djinn/-/nothing"),
    ] {
        let refused = realm.call(realm.stranger, method.uri(path)).await;
        assert_eq!(
            (refused.status, refused.json()),
            (404, not_found()),
            "{path}"
        );
    }
    let wrong = realm.get(realm.owner, "/invites/1").await;
    assert_eq!(
        (wrong.status, wrong.json()),
        (405, json!({ "message": "Method Not Allowed" }))
    );
    assert!(wrong.headers.contains_key("allow"));
}

async fn a_bad_query_is_explained_to_those_who_may_look(backend: Backend) {
    let realm = Realm::new(backend).await;
    for list in ["invites", "collaborators", "namespaces"] {
        let uri = |namespace: &str| format!("/n/owner/{namespace}/-/{list}?limit=0");
        let owner = realm.get(realm.owner, &uri("djinn")).await;
        assert_eq!(owner.status, 400, "{list}");
        for (user, namespace) in [(realm.stranger, "djinn"), (realm.owner, "nothing")] {
            let refused = realm.get(user, &uri(namespace)).await;
            assert_eq!(
                (refused.status, refused.json()),
                (404, not_found()),
                "{list}"
            );
        }
    }
}

async fn visibility_is_inherited(backend: Backend) {
    let realm = Realm::new(backend).await;
    let child = json!({ "name": "child", "parent": "DJINN", "visibility": "public" });
    let made = realm.post(realm.owner, "/namespaces", child).await;
    assert_eq!(made.json()["visibility"], "private");
    let uri = "/n/owner/djinn/child";
    for (visibility, to_stranger, to_nobody) in [
        ("internal", 200, 404),
        ("public", 200, 200),
        ("private", 404, 404),
    ] {
        let change = json!({ "visibility": visibility });
        let edited = realm.edit(realm.owner, "/n/owner/djinn", change).await;
        assert_eq!(edited.json()["visibility"], visibility);
        assert_eq!(realm.get(realm.stranger, uri).await.status, to_stranger);
        assert_eq!(realm.site.get(uri).await.status, to_nobody);
        // A token that may do something else sees as much as nobody, even the owner's own.
        for path in [uri, "/n/owner/djinn/-/namespaces"] {
            let request = TestRequest::get().uri(path);
            let seen = realm.call_with(realm.owner, "invite:read", request).await;
            assert_eq!(seen.status, to_nobody, "{visibility} {path}");
        }
    }
    let change = json!({ "visibility": "public", "description": "text" });
    let edited = realm.edit(realm.owner, uri, change).await.json();
    assert_eq!(
        (&edited["visibility"], &edited["description"]),
        (&json!("private"), &json!("text"))
    );
}

async fn who_am_i(backend: Backend) {
    let realm = Realm::new(backend).await;
    let me = realm.get(realm.guest, "/user").await.json();
    assert_eq!(
        (&me["username"], &me["email"]),
        (&json!("guest"), &json!(null))
    );
    assert!(me["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(realm.site.get("/user").await.status, 404);
}
