//! A group that takes no new members.

use latchkey_testing::{Backend, both_databases};
use serde_json::json;

use super::{Groups, ok, refused};

both_databases!(a_closed_group_takes_no_requests);

async fn a_closed_group_takes_no_requests(backend: Backend) {
    let it = Groups::new(backend);
    let users = &it.world.users;
    let (owner, early, late) = (
        users.account("owner"),
        users.account("early"),
        users.account("late"),
    );
    // A group that says nothing of it accepts.
    let group = it.group(owner, "Futsal").await;
    let shown = ok(&it.get(owner, "/group/futsal").await, 200);
    assert_eq!(shown["acceptingNewMembers"], true);
    let asked = it.make(early, early, &group, "USER").await;

    let closed = json!({"acceptingNewMembers": false});
    let shown = ok(&it.patch(owner, "/group/futsal", closed).await, 200);
    assert_eq!(shown["acceptingNewMembers"], false);
    let answer = it.try_make(late, late, &group, "USER").await;
    refused(&answer, 409);
    assert!(
        answer.body.contains("não está aceitando"),
        "{}",
        answer.body
    );
    assert_eq!(it.count(late, "/invite/").await, 0);
    // Its admins decide as before.
    ok(&it.decide(owner, &asked, "ACCEPTED").await, 200);
    let offered = it.make(owner, late, &group, "GROUP").await;
    ok(&it.decide(late, &offered, "ACCEPTED").await, 200);
    assert_eq!(it.members(owner, &group).await.len(), 3);

    let form = json!({"name": "Xadrez", "acceptingNewMembers": false});
    let made = ok(&it.post(owner, "/group", form).await, 201);
    let chess = made["id"].as_str().unwrap();
    refused(&it.try_make(late, late, chess, "USER").await, 409);
    let open = json!({"acceptingNewMembers": true});
    ok(&it.patch(owner, "/group/xadrez", open).await, 200);
    it.make(late, late, chess, "USER").await;
}
