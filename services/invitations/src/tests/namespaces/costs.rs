//! What a call costs: how often it goes to the database, and what it asks users. Nobody is asked for the
//! caller's own account, which came with the token.

use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{INVITES, Realm};
use crate::tests::units::counted;

both_databases!(
    accepting_reads_once_and_asks_once,
    a_list_reads_once_and_asks_once,
    an_owner_changes_without_asking_for_the_owner,
);

const COLLABORATORS: &str = "/n/owner/djinn/-/collaborators";
const CHILD: &str = "/n/owner/djinn/child";
const CHILDREN: &str = "/n/owner/djinn/-/namespaces";

/// Calls as `user`, and answers the units of work and then the questions that it took.
async fn cost(realm: &Realm, user: UserId, request: TestRequest, status: u16) -> String {
    let calls = &realm.world.users.calls;
    calls.asked();
    let (answer, lanes) = counted(realm.call(user, request)).await;
    assert_eq!(answer.status, status, "{}", answer.body);
    let asked = calls.asked().into_iter().map(str::to_owned);
    lanes.into_iter().chain(asked).collect::<Vec<_>>().join(" ")
}

/// A namespace in `djinn`, and the guest invited to it; the invite's address.
async fn child(realm: &Realm) -> String {
    let form = json!({"name": "child", "parent": "djinn"});
    let made = realm.post(realm.owner, "/namespaces", form).await;
    assert_eq!(made.status, 201);
    let ask = json!({"handle": "guest"});
    let path = "/n/owner/djinn/child/-/invites";
    let made = realm.post(realm.owner, path, ask).await;
    format!("/invites/{}", made.json()["id"])
}

async fn accepting_reads_once_and_asks_once(backend: Backend) {
    let realm = Realm::new(backend).await;
    let invite = child(&realm).await;
    let accept = || TestRequest::patch().uri(&invite);
    let stranger = cost(&realm, realm.stranger, accept(), 404).await;
    assert_eq!(stranger, "reader");
    let guest = cost(&realm, realm.guest, accept(), 200).await;
    assert_eq!(guest, "reader writer by-ids");
}

async fn a_list_reads_once_and_asks_once(backend: Backend) {
    let realm = Realm::new(backend).await;
    let (owner, guest) = (realm.owner, realm.guest);
    let other = realm.world.users.account("other");
    let ask = json!({"handle": "other"});
    assert_eq!(realm.post(owner, INVITES, ask).await.status, 200);
    let joined = child(&realm).await;
    assert_eq!(realm.patch(guest, &joined).await.status, 200);
    for (user, uri, expected) in [
        (other, "/invites", "reader by-ids"),
        (owner, INVITES, "reader by-ids"),
        (owner, COLLABORATORS, "reader by-ids"),
        (guest, "/namespaces", "reader by-ids"),
        (guest, CHILDREN, "reader by-username"),
        (guest, CHILD, "reader by-username"),
        (owner, "/namespaces", "reader"),
        (owner, CHILDREN, "reader"),
        (owner, CHILD, "reader"),
        (owner, "/user", ""),
    ] {
        let cost = cost(&realm, user, TestRequest::get().uri(uri), 200).await;
        assert_eq!(cost, expected, "{uri}");
    }
}

async fn an_owner_changes_without_asking_for_the_owner(backend: Backend) {
    let realm = Realm::new(backend).await;
    let invite = realm.invite().await;
    assert_eq!(realm.patch(realm.guest, &invite).await.status, 200);
    let cost = |request, status| cost(&realm, realm.owner, request, status);
    let form = json!({"name": "child", "parent": "djinn"});
    let create = TestRequest::post().uri("/namespaces").set_json(form);
    assert_eq!(cost(create, 201).await, "writer");
    let edit = TestRequest::patch().uri(CHILD);
    let edit = edit.set_json(json!({"description": "d"}));
    assert_eq!(cost(edit, 200).await, "reader writer");
    let invite = TestRequest::post().uri(INVITES);
    let invite = invite.set_json(json!({"handle": "stranger"}));
    assert_eq!(cost(invite, 200).await, "reader writer by-handle");
    let shut_out = TestRequest::delete().uri("/n/owner/djinn/-/collaborators/guest");
    assert_eq!(cost(shut_out, 204).await, "reader writer by-username");
    let delete = TestRequest::delete().uri(CHILD);
    assert_eq!(cost(delete, 204).await, "reader writer");
}
