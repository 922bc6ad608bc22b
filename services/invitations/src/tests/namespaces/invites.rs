//! Making, accepting, rejecting and taking back.

use crate::domain::invitation::{InvitationId, State, UseState};
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{INVITES, Realm, not_found};

both_databases!(
    an_invite_has_every_member,
    accepting_lets_into_the_whole_tree,
    rejecting_and_taking_back,
    every_refusal_stands_under_handle,
    a_locked_owner_lets_nobody_in,
);

async fn an_invite_has_every_member(backend: Backend) {
    let realm = Realm::new(backend).await;
    realm
        .world
        .users
        .set_email(realm.guest, "Guest@Example.org");
    let made = realm
        .post(
            realm.owner,
            "/api/n/owner/djinn/-/invites",
            json!({ "handle": "guest@example.ORG" }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
    let invite = made.json();
    let mut keys: Vec<_> = invite.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(
        keys,
        [
            "id",
            "invitee",
            "invitee_id",
            "inviter",
            "inviter_id",
            "namespace",
            "namespace_id",
            "url"
        ]
    );
    let public = realm.world.settings.edge().unwrap().public_url();
    let id = &invite["id"];
    assert_eq!(invite["url"], format!("{public}/api/invites/{id}"));
    assert_eq!(invite["invitee"]["email"], "guest@example.ORG");
    assert_eq!(invite["inviter"]["email"], json!(null));
    assert_eq!(invite["inviter_id"], realm.owner.0);
    assert_eq!(invite["invitee_id"], realm.guest.0);
    let namespace = &invite["namespace"];
    assert_eq!(namespace["id"], invite["namespace_id"]);
    assert_eq!(namespace["root_id"], namespace["id"]);
    assert_eq!(
        namespace["invites_url"],
        format!("{public}/api/n/owner/djinn/-/invites")
    );
    assert_eq!(
        (&namespace["parent"], &namespace["build"]),
        (&json!(null), &json!(null))
    );
    let listed = realm.get(realm.guest, "/invites").await.json();
    assert_eq!(listed[0]["url"], format!("{public}/invites/{id}"));
    assert_eq!(listed[0]["id"], *id);
}

async fn accepting_lets_into_the_whole_tree(backend: Backend) {
    let realm = Realm::new(backend).await;
    let child = json!({ "name": "child", "parent": "djinn" });
    assert_eq!(
        realm.post(realm.owner, "/namespaces", child).await.status,
        201
    );
    let below = "/n/owner/djinn/child/-/invites";
    let made = realm
        .post(realm.owner, below, json!({ "handle": "guest" }))
        .await;
    assert_eq!(made.status, 200, "{}", made.body);
    let uri = format!("/invites/{}", made.json()["id"]);
    let other = realm.invite().await;
    for nobody in [realm.owner, realm.stranger] {
        let refused = realm.patch(nobody, &uri).await;
        assert_eq!((refused.status, refused.json()), (404, not_found()));
    }
    let accepted = realm.patch(realm.guest, &uri).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let accepted = accepted.json();
    assert_eq!(accepted.as_object().unwrap().len(), 3);
    assert_eq!(accepted["namespace"]["path"], "djinn/child");
    assert_eq!(accepted["namespace"]["parent"]["path"], "djinn");
    assert_eq!(realm.get(realm.guest, "/n/owner/djinn").await.status, 200);
    let list = realm
        .get(realm.owner, "/n/owner/djinn/-/collaborators")
        .await
        .json();
    assert_eq!(
        (&list[0]["username"], list.as_array().unwrap().len()),
        (&json!("guest"), 1)
    );
    // The other invite into the tree is needless now, and neither works again.
    assert_eq!(realm.count(realm.guest, "/invites").await, 0);
    for gone in [&uri, &other] {
        assert_eq!(realm.patch(realm.guest, gone).await.status, 404);
        assert_eq!(realm.delete(realm.guest, gone).await.status, 404);
    }
    let id = InvitationId(made.json()["id"].as_i64().unwrap());
    let stand = realm.world.stand(id).await;
    assert_eq!(stand, (State::Accepted, 1, 1, vec![UseState::Used]));
    // Shut out, the guest may be invited again.
    let collaborator = "/n/owner/djinn/-/collaborators/guest";
    assert_eq!(realm.delete(realm.owner, collaborator).await.status, 204);
    assert_eq!(realm.delete(realm.owner, collaborator).await.status, 404);
    assert_eq!(realm.get(realm.guest, "/n/owner/djinn").await.status, 404);
    realm.invite().await;
}

async fn rejecting_and_taking_back(backend: Backend) {
    let realm = Realm::new(backend).await;
    for (by, state) in [
        (realm.guest, State::Declined),
        (realm.owner, State::Withdrawn),
    ] {
        let uri = realm.invite().await;
        assert_eq!(realm.count(realm.owner, INVITES).await, 1);
        assert_eq!(realm.delete(realm.stranger, &uri).await.status, 404);
        let ended = realm.delete(by, &uri).await;
        assert_eq!((ended.status, ended.body.as_str()), (204, ""));
        assert_eq!(realm.patch(realm.guest, &uri).await.status, 404);
        assert_eq!(realm.count(realm.guest, "/invites").await, 0);
        let id: i64 = uri.rsplit('/').next().unwrap().parse().unwrap();
        assert_eq!(realm.world.row(InvitationId(id)).await.state, state);
    }
    let uri = realm.invite().await;
    assert_eq!(
        realm.delete(realm.owner, "/n/owner/djinn").await.status,
        204
    );
    assert_eq!(realm.patch(realm.guest, &uri).await.status, 404);
    assert_eq!(realm.count(realm.guest, "/invites").await, 0);
}

async fn every_refusal_stands_under_handle(backend: Backend) {
    let realm = Realm::new(backend).await;
    realm.invite().await;
    let long = "a".repeat(5_000);
    for handle in [
        "guest",
        "owner",
        "nobody",
        "nobody@example.org",
        "",
        " ",
        &long,
        "a\u{202e}b",
    ] {
        let refused = realm
            .post(realm.owner, INVITES, json!({ "handle": handle }))
            .await;
        assert_eq!(refused.status, 400, "{handle}: {}", refused.body);
        let body = refused.json();
        assert_eq!(body.as_object().unwrap().len(), 1);
        assert_eq!(body["handle"].as_array().unwrap().len(), 1);
    }
    assert_eq!(realm.count(realm.owner, INVITES).await, 1);
}

async fn a_locked_owner_lets_nobody_in(backend: Backend) {
    let realm = Realm::new(backend).await;
    let uri = realm.invite().await;
    realm.world.users.lock(realm.owner, true);
    assert_eq!(realm.count(realm.guest, "/invites").await, 0);
    assert_eq!(realm.patch(realm.guest, &uri).await.status, 404);
    realm.world.follow().await;
    realm.world.users.lock(realm.owner, false);
    assert_eq!(realm.patch(realm.guest, &uri).await.status, 404);
}
