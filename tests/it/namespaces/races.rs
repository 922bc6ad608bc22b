//! Many at once for one thing, on connections of their own.

use latchkey_testing::chat::Answer;
use latchkey_testing::{Backend, every_shape, race};
use serde_json::json;

use super::client::{Holder, not_found};
use crate::house::house;

/// How many won; everybody else was refused with this status.
#[track_caller]
fn winners(answers: Vec<Answer>, won: u16, lost: u16) -> usize {
    let (winners, losers): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == won);
    for answer in losers {
        assert_eq!(answer.status, lost, "{answer}");
    }
    winners.len()
}

async fn thirty_accepts_let_in_once(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    for _ in 0..3 {
        let space = owner.namespace().await;
        let invite = owner.invites(&space, &guest).await;
        let clients: Vec<_> = (0..30).map(|_| guest.elsewhere()).collect();
        let answers = race(30, |n| clients[n].patch(&invite)).await;
        assert_eq!(winners(answers, 200, 404), 1);
        let collaborators = format!("{}/-/collaborators", owner.at(&space));
        assert_eq!(owner.count(&collaborators).await, 1);
    }
}

async fn accepting_against_rejecting_and_taking_back(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    for _ in 0..5 {
        let space = owner.namespace().await;
        let invite = owner.invites(&space, &guest).await;
        let clients: Vec<_> = (0..30)
            .map(|n| if n % 3 == 2 { &owner } else { &guest }.elsewhere())
            .collect();
        let answers = race(30, |n| {
            let (client, invite) = (&clients[n], &invite);
            async move {
                match n % 3 {
                    0 => client.patch(invite).await,
                    _ => client.delete(invite).await,
                }
            }
        })
        .await;
        let is_in = answers.iter().any(|answer| answer.status == 200);
        let ended = answers.iter().filter(|answer| answer.status < 300).count();
        assert_eq!(ended, 1, "one of them ends it");
        for refused in answers.into_iter().filter(|answer| answer.status >= 300) {
            assert_eq!(refused.ok(404), not_found());
        }
        let seen = guest.get(&owner.at(&space)).await.status;
        assert_eq!(seen, if is_in { 200 } else { 404 });
    }
}

async fn thirty_invites_and_namespaces_make_one(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (Holder::new(house).await, Holder::new(house).await);
    let space = owner.namespace().await;
    let clients: Vec<_> = (0..30).map(|_| owner.elsewhere()).collect();
    let (path, ask) = (owner.invites_of(&space), json!({"handle": guest.name()}));
    let answers = race(30, |n| clients[n].post(&path, &ask)).await;
    assert_eq!(winners(answers, 200, 400), 1);
    assert_eq!(guest.count("/invites").await, 1);

    let forms = ["same", "SAME", "Same"].map(|name| json!({"name": name, "parent": space}));
    let answers = race(30, |n| clients[n].post("/namespaces", &forms[n % 3])).await;
    assert_eq!(winners(answers, 201, 400), 1);
    let below = format!("{}/-/namespaces", owner.at(&space));
    assert_eq!(owner.count(&below).await, 1);
}

every_shape!(
    thirty_accepts_let_in_once,
    accepting_against_rejecting_and_taking_back,
    thirty_invites_and_namespaces_make_one,
);
