//! Many at once for one invitation.

use std::collections::HashSet;
use std::sync::Arc;

use crate::app::App;
use crate::app::channel::join::JoinError;
use crate::app::registration::register::RegisterError;
use crate::domain::invitation::{InvitationId, State, UseState};
use latchkey_common::secret::Secret;
use latchkey_peers::channels::ChannelType;
use latchkey_testing::{Backend, both_databases, race};

use crate::tests::world::{World, sign_up};

both_databases!(
    ten_of_sixty_four_are_let_in,
    one_of_thirty_gets_the_account,
    thirty_joins_make_one_membership,
    ten_names_that_are_taken_burn_nothing,
);

/// Everybody at once, by turns at each of two instances. How many were let in; the others have the
/// contract's refusal.
async fn sign_ups(world: &World, other: &Arc<App>, token: &Secret, racers: usize) -> usize {
    let outcomes = race(racers, |nth| {
        let app = Arc::clone(if nth % 2 == 0 { &world.app } else { other });
        let token = token.clone();
        async move { sign_up(&app, &token, &format!("racer{nth}")).await }
    })
    .await;
    let mut let_in = 0;
    for outcome in outcomes {
        match outcome {
            Ok(_) => let_in += 1,
            Err(RegisterError::InvalidInvitation) => {}
            Err(other) => panic!("neither let in nor refused: {other:?}"),
        }
    }
    let_in
}

/// As many different people in the ledger as were let in, and nothing else.
async fn assert_ledger(world: &World, id: InvitationId, people: usize) {
    let uses = world.uses(id).await;
    let distinct: HashSet<_> = uses.iter().filter_map(|one| one.user_id).collect();
    assert_eq!((uses.len(), distinct.len()), (people, people));
    assert!(uses.iter().all(|one| one.state == UseState::Used));
}

async fn ten_of_sixty_four_are_let_in(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "3000")],
    );
    let other = world.second();
    let link = world.link(10).await;
    let id = link.invitation.id;
    assert_eq!(sign_ups(&world, &other, &link.token, 64).await, 10);
    assert_eq!(world.users.accounts(), 10);
    assert_ledger(&world, id, 10).await;
    let row = world.row(id).await;
    assert_eq!((row.state, row.used, row.settled), (State::UsedUp, 10, 10));
}

async fn one_of_thirty_gets_the_account(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "3000")],
    );
    let other = world.second();
    let issuer = world.users.account("issuer");
    let invite = world.invite(issuer).await;
    assert_eq!(sign_ups(&world, &other, &invite.token, 30).await, 1);
    assert_eq!(world.users.accounts(), 2);
    assert_ledger(&world, invite.invitation.id, 1).await;
    assert_eq!(world.row(invite.invitation.id).await.state, State::Accepted);
}

async fn thirty_joins_make_one_membership(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "3000")],
    );
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Private);
    let invite = world.offer(owner, channel, guest).await.unwrap();
    let outcomes = race(30, |_| world.join(guest, channel, Some(invite.id))).await;
    let mut joined = 0;
    for outcome in outcomes {
        match outcome {
            Ok(_) => joined += 1,
            Err(JoinError::InvalidInvitation | JoinError::AlreadyMember) => {}
            Err(other) => panic!("neither in nor refused: {other:?}"),
        }
    }
    assert_eq!(joined, 1);
    assert_eq!(world.channels.members(channel), [owner, guest]);
    assert_ledger(&world, invite.id, 1).await;
    assert_eq!(world.row(invite.id).await.state, State::Accepted);
}

async fn ten_names_that_are_taken_burn_nothing(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "3000")],
    );
    world.users.account("taken");
    let link = world.link(10).await;
    for outcome in race(10, |_| world.sign_up(&link.token, "TAKEN")).await {
        assert!(
            matches!(outcome, Err(RegisterError::UsernameTaken)),
            "{outcome:?}"
        );
    }
    let row = world.row(link.invitation.id).await;
    assert_eq!((row.state, row.used, row.settled), (State::Open, 0, 0));
}
