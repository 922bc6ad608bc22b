//! Taking an invitation back while somebody is on the way in with it.

use std::sync::Arc;

use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_peers::channels::ChannelType;
use latchkey_peers::fake::Trouble;
use latchkey_testing::{Backend, both_databases, eventually};
use tokio::task::spawn_local;

use crate::app::channel::join::{Join, join_channel};
use crate::app::registration::list_invitations::list_registration_invitations;
use crate::app::registration::register::RegisterError;
use crate::app::registration::remove_invitations::RemoveError;
use crate::domain::invitation::{State, UseState};
use crate::tests::engine::{LONG_DEADLINE, SETTLED_WITHIN, begin};
use crate::tests::unkeyed::{end_channel_invitations, plain, remove_registration_invitations};
use crate::tests::world::World;

both_databases!(
    a_withdrawal_bars_new_uses_and_not_the_running_one,
    a_withdrawal_says_when_a_running_use_comes_to_nothing,
    a_member_who_came_in_at_the_last_moment_is_one_by_the_answer,
);

async fn a_withdrawal_bars_new_uses_and_not_the_running_one(backend: Backend) {
    let world = World::with(backend, &[LONG_DEADLINE]);
    let issuer = world.users.account("issuer");
    let invite = world.invite(issuer).await;
    let id = invite.invitation.id;
    let running = begin(&world, &invite.token, id).await;
    let (app, tokens) = (Arc::clone(&world.app), vec![invite.token.clone()]);
    let removal =
        spawn_local(async move { remove_registration_invitations(&app, issuer, tokens).await });
    eventually(SETTLED_WITHIN, "the end", || async {
        (world.row(id).await.state == State::Withdrawn).then_some(())
    })
    .await;
    let outcome = world.sign_up(&invite.token, "Jane").await;
    assert!(
        matches!(outcome, Err(RegisterError::InvalidInvitation)),
        "{outcome:?}"
    );

    assert!(
        !removal.is_finished(),
        "nobody knows yet whether John is in"
    );
    world.users.calls.let_go();
    running.await.unwrap().unwrap();
    // It came too late, and the list says for whom.
    let late = removal.await.unwrap();
    assert!(matches!(late, Err(RemoveError::TooLate)), "{late:?}");
    assert_eq!(
        world.stand(id).await,
        (State::Withdrawn, 1, 1, vec![UseState::Used])
    );
    assert_eq!(world.users.accounts(), 2);
    let list = list_registration_invitations(&world.app, issuer, &Page::default()).await;
    let names: Vec<_> = list
        .unwrap()
        .items
        .into_iter()
        .map(|one| one.accepted.unwrap().1)
        .collect();
    assert_eq!(names, ["John"]);
    // Whoever has read that takes it off.
    let tokens = vec![invite.token.clone()];
    remove_registration_invitations(&world.app, issuer, tokens)
        .await
        .unwrap();
    let list = list_registration_invitations(&world.app, issuer, &Page::default()).await;
    assert_eq!(list.unwrap().items.len(), 0);
}

async fn a_withdrawal_says_when_a_running_use_comes_to_nothing(backend: Backend) {
    let world = World::new(backend);
    let issuer = world.users.account("issuer");
    let invite = world.invite(issuer).await;
    let id = invite.invitation.id;
    world.users.calls.trouble(Trouble::QuestionLost);
    assert!(world.sign_up(&invite.token, "John").await.is_err());
    let remove = async || {
        remove_registration_invitations(&world.app, issuer, vec![invite.token.clone()]).await
    };
    // Nobody knows how it ends; what is asked for holds all the same.
    let unknown = remove().await;
    assert!(
        matches!(unknown, Err(RemoveError::Fault(Fault::Unavailable { .. }))),
        "{unknown:?}"
    );
    assert_eq!(world.row(id).await.state, State::Withdrawn);
    world.settle().await;
    remove().await.unwrap();
    assert!(world.row(id).await.hidden_at.is_some());
}

async fn a_member_who_came_in_at_the_last_moment_is_one_by_the_answer(backend: Backend) {
    let world = World::with(backend, &[LONG_DEADLINE]);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Private);
    let id = world.offer(owner, channel, guest).await.unwrap().id;
    world.channels.calls.trouble(Trouble::Slow);
    let join = Join {
        user: guest,
        username: world.users.view(guest).username,
        channel,
        invitation: Some(id),
    };
    let app = Arc::clone(&world.app);
    let running = spawn_local(async move { plain(join_channel(&app, join, None).await).map(drop) });
    eventually(SETTLED_WITHIN, "a reservation", || async {
        (world.row(id).await.used == 1).then_some(())
    })
    .await;
    let app = Arc::clone(&world.app);
    let ending = spawn_local(async move { end_channel_invitations(&app, owner, vec![id]).await });
    eventually(SETTLED_WITHIN, "the end", || async {
        (world.row(id).await.state == State::Withdrawn).then_some(())
    })
    .await;
    assert!(
        !ending.is_finished(),
        "nobody knows yet whether the guest is in"
    );
    world.channels.calls.let_go();
    ending.await.unwrap().unwrap();
    assert_eq!(world.channels.members(channel), [owner, guest]);
    running.await.unwrap().unwrap();
}
