//! Many at once for one thing.

use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use super::{INVITES, Realm};

both_databases!(
    thirty_accepts_make_one_collaborator,
    thirty_invites_make_one,
    thirty_creations_make_one,
    accepting_against_deleting,
);

fn count(statuses: &[u16], status: u16) -> usize {
    statuses.iter().filter(|one| **one == status).count()
}

async fn thirty_accepts_make_one_collaborator(backend: Backend) {
    let realm = Realm::new(backend).await;
    let uri = realm.invite().await;
    let statuses = race(30, |_| async {
        realm.patch(realm.guest, &uri).await.status
    })
    .await;
    assert_eq!((count(&statuses, 200), count(&statuses, 404)), (1, 29));
    assert_eq!(
        realm
            .count(realm.owner, "/n/owner/djinn/-/collaborators")
            .await,
        1
    );
}

async fn thirty_invites_make_one(backend: Backend) {
    let realm = Realm::new(backend).await;
    let statuses = race(30, |_| async {
        let ask = json!({ "handle": "guest" });
        realm.post(realm.owner, INVITES, ask).await.status
    })
    .await;
    assert_eq!((count(&statuses, 200), count(&statuses, 400)), (1, 29));
    assert_eq!(realm.count(realm.guest, "/invites").await, 1);
}

async fn thirty_creations_make_one(backend: Backend) {
    let realm = Realm::new(backend).await;
    let statuses = race(30, |nth| {
        let name = if nth % 2 == 0 { "same" } else { "SAME" };
        let realm = &realm;
        async move {
            let form = json!({ "name": name, "parent": "djinn" });
            realm.post(realm.owner, "/namespaces", form).await.status
        }
    })
    .await;
    assert_eq!((count(&statuses, 201), count(&statuses, 400)), (1, 29));
}

/// Whichever comes first, nobody is let into what is gone.
async fn accepting_against_deleting(backend: Backend) {
    let realm = Realm::new(backend).await;
    let uri = realm.invite().await;
    let statuses = race(10, |nth| {
        let (realm, uri) = (&realm, &uri);
        async move {
            if nth == 5 {
                realm.delete(realm.owner, "/n/owner/djinn").await.status
            } else {
                realm.patch(realm.guest, uri).await.status
            }
        }
    })
    .await;
    assert_eq!(count(&statuses, 204), 1);
    assert!(
        statuses
            .iter()
            .all(|status| [200, 204, 404].contains(status))
    );
    assert!(count(&statuses, 200) <= 1);
    assert_eq!(realm.count(realm.guest, "/namespaces").await, 0);
}
