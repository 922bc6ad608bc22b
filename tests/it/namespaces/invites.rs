//! `/invites`, `/invites/{id}`, `/n/{user}/{path}/-/invites`

use std::collections::BTreeSet;

use latchkey_testing::chat::members;
use latchkey_testing::{Backend, every_shape};
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{ALL, Holder, not_found};
use crate::house::{House, house, int, unique};

const INVITE: [&str; 8] = [
    "id",
    "namespace_id",
    "invitee_id",
    "inviter_id",
    "url",
    "invitee",
    "inviter",
    "namespace",
];
const USER: [&str; 3] = ["email", "username", "created_at"];
const NAMESPACE: [&str; 22] = [
    "id",
    "user_id",
    "root_id",
    "parent_id",
    "name",
    "path",
    "description",
    "visibility",
    "created_at",
    "url",
    "builds_url",
    "namespaces_url",
    "images_url",
    "objects_url",
    "variables_url",
    "keys_url",
    "invites_url",
    "collaborators_url",
    "webhooks_url",
    "user",
    "parent",
    "build",
];

#[track_caller]
fn has(value: &Value, wanted: &[&str]) {
    assert_eq!(
        members(value),
        wanted.iter().copied().collect::<BTreeSet<_>>()
    );
}

async fn two(backend: Backend) -> (&'static House, Holder, Holder, String) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    let space = owner.namespace().await;
    (house, owner, guest, space)
}

async fn an_invite_has_every_member(backend: Backend) {
    let (house, owner, guest, space) = two(backend).await;
    for (prefix, status) in [("", 200), ("/api", 201)] {
        let path = format!("{prefix}{}", owner.invites_of(&space));
        let made = owner.post(&path, &json!({"handle": guest.name()})).await;
        let made = made.ok(status);
        has(&made, &INVITE);
        has(&made["invitee"], &USER);
        has(&made["inviter"], &USER);
        has(&made["namespace"], &NAMESPACE);
        assert_eq!(int(&made, "invitee_id"), guest.person.id);
        assert_eq!(int(&made, "inviter_id"), owner.person.id);
        assert_eq!(made["namespace_id"], made["namespace"]["id"]);
        assert_eq!(made["invitee"]["email"], Value::Null);
        let base = format!("{}{prefix}", house.stack.base());
        let (id, at) = (int(&made, "id"), owner.at(&space));
        assert_eq!(made["url"], format!("{base}/invites/{id}"));
        let namespace = &made["namespace"];
        assert_eq!(namespace["url"], format!("{base}{at}"));
        for collection in [
            "builds",
            "namespaces",
            "images",
            "objects",
            "variables",
            "keys",
            "invites",
            "collaborators",
            "webhooks",
        ] {
            let url = &namespace[format!("{collection}_url")];
            assert_eq!(*url, format!("{base}{at}/-/{collection}"));
        }
        let mine = guest.get(&format!("{prefix}/invites")).await.ok(200);
        assert_eq!(mine, json!([made]));
        let sent = owner.get(&path).await.ok(200);
        assert_eq!(sent, json!([made]));
        let path = format!("{prefix}/invites/{id}");
        assert_eq!(guest.delete(&path).await.expect(204).body, b"");
    }
}

async fn accepting_lets_into_the_whole_tree(backend: Backend) {
    let (_, owner, guest, space) = two(backend).await;
    let child = json!({"name": "child", "parent": space});
    drop(owner.post("/namespaces", &child).await.ok(201));
    let (root, below) = (owner.at(&space), owner.at(&format!("{space}/child")));
    let invite = owner.invites(&format!("{space}/child"), &guest).await;
    for path in [&root, &below] {
        assert_eq!(guest.get(path).await.ok(404), not_found());
    }
    // Nobody accepts for somebody else.
    assert_eq!(owner.patch(&invite).await.ok(404), not_found());
    let accepted = guest.patch(&invite).await.ok(200);
    has(&accepted, &["invitee", "inviter", "namespace"]);
    has(&accepted["namespace"], &NAMESPACE);
    assert_eq!(accepted["invitee"]["username"], guest.name());
    assert_eq!(guest.patch(&invite).await.ok(404), not_found());
    assert_eq!(guest.delete(&invite).await.ok(404), not_found());
    for path in [&root, &below] {
        drop(guest.get(path).await.ok(200));
    }
    let collaborators = format!("{root}/-/collaborators");
    let list = owner.get(&collaborators).await.ok(200);
    has(&list[0], &["id", "email", "username", "created_at", "url"]);
    assert_eq!(int(&list[0], "id"), guest.person.id);
    // A collaborator invites nobody, and sees no list.
    let ask = json!({"handle": owner.name()});
    let refused = guest.post(&owner.invites_of(&space), &ask).await;
    assert_eq!(refused.ok(404), not_found());
    assert_eq!(guest.get(&collaborators).await.ok(404), not_found());

    let one = format!("{collaborators}/{}", guest.name());
    assert_eq!(owner.delete(&one).await.expect(204).body, b"");
    assert_eq!(owner.delete(&one).await.ok(404), not_found());
    assert_eq!(guest.get(&below).await.ok(404), not_found());
}

async fn rejecting_and_taking_back(backend: Backend) {
    let (house, owner, guest, space) = two(backend).await;
    let stranger = Holder::new(house).await;
    for ender in [&guest, &owner] {
        let invite = owner.invites(&space, &guest).await;
        assert_eq!(stranger.delete(&invite).await.ok(404), not_found());
        assert_eq!(ender.delete(&invite).await.expect(204).body, b"");
        assert_eq!(guest.patch(&invite).await.ok(404), not_found());
        assert_eq!(guest.count("/invites").await, 0);
    }
    // After that the same one may be invited again; a deleted namespace takes its invites along.
    let invite = owner.invites(&space, &guest).await;
    let gone = owner.delete(&owner.at(&space)).await.expect(204);
    assert_eq!(gone.body, b"");
    assert_eq!(guest.patch(&invite).await.ok(404), not_found());
}

async fn the_handle_is_a_name_or_an_address(backend: Backend) {
    let (house, owner, guest, space) = two(backend).await;
    let path = owner.invites_of(&space);
    let email = format!("{}@example.org", unique("mail"));
    let set = ["user", "set-email", guest.name(), &email];
    assert!(house.stack.admin(&set, "").status.success());
    let ask = json!({"handle": email.to_uppercase()});
    let made = owner.post(&path, &ask).await.ok(200);
    // What was typed, and not whose it is.
    let typed = json!(email.to_uppercase());
    for shown in [&made, &owner.get(&path).await.ok(200)[0]] {
        assert_eq!(shown["invitee"]["email"], typed);
        assert_eq!(shown["invitee"]["username"], typed);
    }
    let got = guest.get("/invites").await.ok(200);
    assert_eq!(got[0]["invitee"]["email"], email);
    assert_eq!(got[0]["invitee"]["username"], guest.name());

    let complaint = async |handle: Value| {
        let body = owner.post(&path, &json!({"handle": handle})).await.ok(400);
        has(&body, &["handle"]);
        body["handle"][0].as_str().unwrap().to_owned()
    };
    for bad in [
        json!(null),
        json!(""),
        json!(7),
        json!(["a"]),
        json!("nobody\0"),
    ] {
        complaint(bad).await;
    }
    let said = [
        complaint(json!(unique("nobody"))).await,
        complaint(json!(owner.name())).await,
        complaint(json!(guest.name())).await,
    ];
    drop(
        guest
            .patch(&format!("/invites/{}", made["id"]))
            .await
            .ok(200),
    );
    let already_in = complaint(json!(guest.name())).await;
    assert_eq!(
        BTreeSet::from(said).len(),
        3,
        "each has a sentence of its own"
    );
    assert!(already_in.contains("collaborator"), "{already_in}");
    assert_eq!(owner.count(&path).await, 0);
}

async fn each_call_needs_its_scope(backend: Backend) {
    let (_, owner, guest, space) = two(backend).await;
    let sent = owner.invites_of(&space);
    let invite = owner.invites(&space, &guest).await;
    let (collaborators, root) = (
        format!("{}/-/collaborators", owner.at(&space)),
        owner.at(&space),
    );
    let calls = [
        (&guest, Method::GET, "/invites", &["invite:read"][..]),
        (&guest, Method::PATCH, &invite, &["invite:write"]),
        (&guest, Method::DELETE, &invite, &["invite:delete"]),
        (&owner, Method::POST, &sent, &["invite:write"]),
        (
            &owner,
            Method::GET,
            &sent,
            &["invite:read", "namespace:read"],
        ),
        (&owner, Method::GET, "/namespaces", &["namespace:read"]),
        (&owner, Method::POST, "/namespaces", &["namespace:write"]),
        (&owner, Method::PATCH, &root, &["namespace:write"]),
        (&owner, Method::DELETE, &root, &["namespace:delete"]),
        (&owner, Method::GET, &collaborators, &["namespace:read"]),
    ];
    for (who, method, path, scopes) in calls {
        let others: Vec<&str> = ALL
            .into_iter()
            .filter(|scope| !scopes.contains(scope))
            .collect();
        let narrow = Holder::of(&who.person, &others).await;
        let refused = narrow.call(method, path).json(&json!({})).await;
        assert_eq!(refused.ok(404), not_found(), "{path}");
    }
    // With the scope, and no other one.
    for (who, scope, method, path, status) in [
        (&guest, "invite:read", Method::GET, "/invites", 200),
        (&owner, "invite:read", Method::GET, sent.as_str(), 200),
        (&owner, "namespace:read", Method::GET, &sent, 200),
        (&guest, "invite:delete", Method::DELETE, &invite, 204),
        (&owner, "namespace:delete", Method::DELETE, &root, 204),
    ] {
        let narrow = Holder::of(&who.person, &[scope]).await;
        let answer = narrow.call(method, path).await;
        assert_eq!(answer.status, status, "{scope}: {answer}");
    }
}

async fn who_has_no_token_learns_nothing(backend: Backend) {
    let (house, owner, guest, space) = two(backend).await;
    let invite = owner.invites(&space, &guest).await;
    let sent = owner.invites_of(&space);
    let calls = [
        (Method::GET, "/invites"),
        (Method::PATCH, &invite),
        (Method::DELETE, &invite),
        (Method::GET, &sent),
        (Method::POST, &sent),
        (Method::GET, "/namespaces"),
        (Method::POST, "/namespaces"),
        (Method::GET, "/user"),
    ];
    for (method, path) in calls {
        for header in [None, Some("Bearer x"), Some("Basic eDp5"), Some("")] {
            for prefix in ["", "/api"] {
                let path = format!("{prefix}{path}");
                // Nothing is said about the body before that.
                let call = house.nobody().call(method.clone(), &path).body("{");
                let answer = match header {
                    Some(header) => call.header("authorization", header).await,
                    None => call.await,
                };
                assert_eq!(answer.ok(404), not_found());
            }
        }
        // A session of the chat is no token, wherever it stands.
        let session = guest.person.session();
        let header = format!("Bearer {session}");
        let call = guest.person.call(method, path);
        let answer = call.header("authorization", &header).await;
        assert_eq!(answer.ok(404), not_found());
    }
    assert_eq!(guest.count("/invites").await, 1);
}

every_shape!(
    an_invite_has_every_member,
    accepting_lets_into_the_whole_tree,
    rejecting_and_taking_back,
    the_handle_is_a_name_or_an_address,
    each_call_needs_its_scope,
    who_has_no_token_learns_nothing,
);
