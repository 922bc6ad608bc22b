//! Many at once for one request.

use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use super::{Groups, ok, refused};

both_databases!(
    thirty_decisions_make_one_membership,
    thirty_requests_make_one,
    thirty_groups_of_one_name_make_one,
);

async fn thirty_decisions_make_one_membership(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    let invite = it.make(user, user, &group, "USER").await;
    let answers = race(30, |nth| {
        let word = if nth % 3 == 0 { "REJECTED" } else { "ACCEPTED" };
        it.decide(owner, &invite, word)
    })
    .await;
    let won: Vec<_> = answers.iter().filter(|one| one.status == 200).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|one| one.status != 200) {
        refused(lost, 409);
    }
    let accepted = ok(won[0], 200)["status"] == "ACCEPTED";
    assert_eq!(
        it.members(owner, &group).await.len(),
        if accepted { 2 } else { 1 }
    );
}

async fn thirty_requests_make_one(backend: Backend) {
    let it = Groups::new(backend);
    let (owner, user) = (
        it.world.users.account("owner"),
        it.world.users.account("user"),
    );
    let group = it.group(owner, "Futsal").await;
    let answers = race(30, |nth| {
        let (caller, by) = if nth % 2 == 0 {
            (user, "USER")
        } else {
            (owner, "GROUP")
        };
        it.try_make(caller, user, &group, by)
    })
    .await;
    let won = answers.iter().filter(|one| one.status == 201).count();
    assert_eq!(won, 1);
    for lost in answers.iter().filter(|one| one.status != 201) {
        refused(lost, 409);
    }
    assert_eq!(it.count(user, "/invite/").await, 1);
}

async fn thirty_groups_of_one_name_make_one(backend: Backend) {
    let it = Groups::new(backend);
    let owner = it.world.users.account("owner");
    let answers = race(30, |_| it.post(owner, "/group", json!({"name": "Futsal"}))).await;
    assert_eq!(answers.iter().filter(|one| one.status == 201).count(), 1);
    for lost in answers.iter().filter(|one| one.status != 201) {
        refused(lost, 409);
    }
    assert_eq!(it.count(owner, "/group").await, 1);
}
