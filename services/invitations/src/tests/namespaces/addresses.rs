//! Who sees whose e-mail address: those who are in something together.

use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use super::{INVITES, Realm};

both_databases!(
    an_owner_is_known_to_those_in_the_tree,
    an_invite_tells_neither_side_of_the_other,
    an_invite_by_address_shows_what_was_typed,
);

const OWNERS: &str = "owner@example.org";
const GUESTS: &str = "Guest@Example.org";
const NULL: Value = Value::Null;

async fn with_addresses(backend: Backend) -> Realm {
    let realm = Realm::new(backend).await;
    realm.world.users.set_email(realm.owner, OWNERS);
    realm.world.users.set_email(realm.guest, GUESTS);
    realm
}

/// The owner's address in everything that shows a namespace to `user`.
async fn owners(realm: &Realm, user: UserId) -> Vec<Value> {
    let root = realm.get(user, "/n/owner/djinn").await.json();
    let child = realm.get(user, "/n/owner/djinn/child").await.json();
    let below = realm.get(user, "/n/owner/djinn/-/namespaces").await.json();
    assert_eq!(below[0]["path"], "djinn/child");
    vec![
        root["user"]["email"].clone(),
        child["user"]["email"].clone(),
        child["parent"]["user"]["email"].clone(),
        below[0]["user"]["email"].clone(),
        below[0]["parent"]["user"]["email"].clone(),
    ]
}

async fn an_owner_is_known_to_those_in_the_tree(backend: Backend) {
    let realm = with_addresses(backend).await;
    let child = json!({ "name": "child", "parent": "djinn" });
    let made = realm.post(realm.owner, "/namespaces", child).await;
    assert_eq!(made.json()["user"]["email"], OWNERS);
    for visibility in ["public", "internal"] {
        let change = json!({ "visibility": visibility });
        let edited = realm.edit(realm.owner, "/n/owner/djinn", change).await;
        assert_eq!(edited.json()["user"]["email"], OWNERS);
        assert_eq!(owners(&realm, realm.owner).await, [OWNERS; 5]);
        assert_eq!(owners(&realm, realm.stranger).await, [NULL; 5]);
    }
    let change = json!({ "visibility": "public" });
    drop(realm.edit(realm.owner, "/n/owner/djinn", change).await);
    let anybody = TestRequest::get().uri("/n/owner/djinn");
    let anybody = realm.site.send(anybody).await;
    assert_eq!(anybody.json()["user"]["email"], Value::Null);

    let uri = realm.invite().await;
    assert_eq!(owners(&realm, realm.guest).await, [NULL; 5]);
    assert_eq!(realm.patch(realm.guest, &uri).await.status, 200);
    assert_eq!(owners(&realm, realm.guest).await, [OWNERS; 5]);
    let mine = realm.get(realm.guest, "/namespaces").await.json();
    assert_eq!(mine[0]["user"]["email"], OWNERS);
    let collaborators = "/n/owner/djinn/-/collaborators";
    let list = realm.get(realm.owner, collaborators).await.json();
    assert_eq!(list[0]["email"], GUESTS);

    let one = format!("{collaborators}/guest");
    assert_eq!(realm.delete(realm.owner, &one).await.status, 204);
    assert_eq!(owners(&realm, realm.guest).await, [NULL; 5]);
}

async fn an_invite_tells_neither_side_of_the_other(backend: Backend) {
    let realm = with_addresses(backend).await;
    let made = realm
        .post(realm.owner, INVITES, json!({ "handle": "guest" }))
        .await
        .json();
    let sent = realm.get(realm.owner, INVITES).await.json();
    assert_eq!(sent, json!([made]));
    assert_eq!(made["invitee"]["username"], "guest");
    assert_eq!(made["invitee"]["email"], Value::Null);
    assert_eq!(made["inviter"]["email"], OWNERS);
    assert_eq!(made["namespace"]["user"]["email"], OWNERS);

    let got = realm.get(realm.guest, "/invites").await.json()[0].clone();
    assert_eq!(got["invitee"]["email"], GUESTS);
    assert_eq!(got["inviter"]["email"], Value::Null);
    assert_eq!(got["namespace"]["user"]["email"], Value::Null);
    let uri = format!("/invites/{}", made["id"]);
    let accepted = realm.patch(realm.guest, &uri).await.json();
    assert_eq!(accepted["invitee"]["email"], GUESTS);
    assert_eq!(accepted["inviter"]["email"], OWNERS);
    assert_eq!(accepted["namespace"]["user"]["email"], OWNERS);
}

async fn an_invite_by_address_shows_what_was_typed(backend: Backend) {
    let realm = with_addresses(backend).await;
    let typed = "gUEST@example.org";
    let made = realm
        .post(realm.owner, INVITES, json!({ "handle": typed }))
        .await
        .json();
    let sent = realm.get(realm.owner, INVITES).await;
    assert_eq!(sent.json(), json!([made]));
    assert_eq!(made["invitee"]["username"], typed);
    assert_eq!(made["invitee"]["email"], typed);
    assert!(!sent.body.contains("\"guest\""), "{}", sent.body);

    // Whose it is sees themselves, and the address that counts is the account's, then and later.
    let got = realm.get(realm.guest, "/invites").await.json()[0].clone();
    assert_eq!(got["invitee"]["username"], "guest");
    assert_eq!(got["invitee"]["email"], GUESTS);
    realm.world.users.set_email(realm.guest, "new@example.org");
    let uri = format!("/invites/{}", made["id"]);
    let accepted = realm.patch(realm.guest, &uri).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(accepted.json()["invitee"]["email"], "new@example.org");
}
