//! The ways to end that are not a use: by its sides, and by what happened elsewhere.

use std::time::Duration;

use crate::app::channel::end_invitations::EndError;
use crate::app::channel::invite::InviteError;
use crate::domain::invitation::{EndReason, InvitationId, State};
use crate::store::engine::cursors;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelType, Permission, Permissions};
use latchkey_peers::fake::Trouble;
use latchkey_testing::{Backend, both_databases};

use crate::tests::unkeyed::end_channel_invitations;
use crate::tests::world::World;

both_databases!(
    feeds_end_what_lost_its_ground,
    an_old_event_leaves_a_new_invitation_alone,
    lists_know_it_before_the_feeds,
    one_open_invitation_a_pair,
    each_side_ends_it_in_its_own_way,
    all_of_a_list_or_none,
    joining_otherwise_ends_the_invitation,
    joining_otherwise_during_a_use_ends_it_with_that_use,
);

type Ended = (State, Option<EndReason>);

async fn ended(world: &World, id: InvitationId) -> Ended {
    let row = world.row(id).await;
    assert_eq!(row.decided_at.is_some(), row.state != State::Open);
    (row.state, row.end_reason)
}

const fn withdrawn(reason: EndReason) -> Ended {
    (State::Withdrawn, Some(reason))
}

async fn positions(world: &World) -> (i64, i64) {
    let read: Result<_, Fault> = world
        .app
        .db
        .read(|conn| {
            Ok((
                cursors::position(conn, "channels")?,
                cursors::position(conn, "users")?,
            ))
        })
        .await;
    read.unwrap()
}

async fn feeds_end_what_lost_its_ground(backend: Backend) {
    // Small pieces: the cursor moves several times.
    let world = World::with(backend, &[("LATCHKEY_INVITATIONS__JOB_BATCH", "2")]);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, host) = (users.account("owner"), users.account("host"));
    let (guest, other) = (users.account("guest"), users.account("other"));
    let channel = channels.create(owner, ChannelType::Private);
    let closing = channels.create(owner, ChannelType::Private);
    channels.enter(channel, host, Permissions::ALL);

    let joined = world.offer(owner, channel, guest).await.unwrap().id;
    let orphan = world.offer(host, channel, other).await.unwrap().id;
    let closed = world.offer(owner, closing, guest).await.unwrap().id;
    let token = world.invite(host).await.invitation.id;
    let kept = world.invite(owner).await.invitation.id;

    channels.enter(channel, guest, Permissions::PUBLIC_JOIN);
    channels.leave(channel, host);
    channels.close(closing);
    users.lock(host, true);
    world.follow().await;
    assert_eq!(
        ended(&world, joined).await,
        withdrawn(EndReason::JoinedOtherwise)
    );
    assert_eq!(
        ended(&world, orphan).await,
        withdrawn(EndReason::IssuerLostRight)
    );
    assert_eq!(
        ended(&world, closed).await,
        withdrawn(EndReason::TargetClosed)
    );
    assert_eq!(
        ended(&world, token).await,
        withdrawn(EndReason::IssuerLostRight)
    );
    assert_eq!(ended(&world, kept).await, (State::Open, None));

    // The cursors outlive the process, and never go back.
    assert_eq!(positions(&world).await, (6, 5));
    let second = world.second();
    let late: Result<i64, Fault> = second
        .db
        .write(|conn| {
            cursors::advance(conn, "channels", 1)?;
            Ok(cursors::position(conn, "channels")?)
        })
        .await;
    assert_eq!(late.unwrap(), 6);
}

async fn an_old_event_leaves_a_new_invitation_alone(backend: Backend) {
    let world = World::new(backend);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, host) = (users.account("owner"), users.account("host"));
    let (guest, other) = (users.account("guest"), users.account("other"));
    let channel = channels.create(owner, ChannelType::Private);
    channels.enter(channel, host, Permissions::ALL);
    let old = world.offer(host, channel, other).await.unwrap().id;

    // All of it before the feed is read once.
    channels.leave(channel, host);
    channels.enter(channel, guest, Permissions::PUBLIC_JOIN);
    channels.leave(channel, guest);
    users.lock(host, true);
    world.advance(Duration::from_secs(1));
    users.lock(host, false);
    channels.enter(channel, host, Permissions::ALL);
    let new = world.offer(host, channel, guest).await.unwrap().id;
    let token = world.invite(host).await.invitation.id;
    // The right to invite went with the old membership; the new one does not bring it back.
    assert_eq!(ended(&world, old).await, (State::Open, None));
    assert!(world.received(other).await.is_empty());
    assert_eq!(world.received(guest).await, [new]);

    world.follow().await;
    assert_eq!(
        ended(&world, old).await,
        withdrawn(EndReason::IssuerLostRight)
    );
    assert_eq!(ended(&world, new).await, (State::Open, None));
    assert_eq!(ended(&world, token).await, (State::Open, None));
}

async fn lists_know_it_before_the_feeds(backend: Backend) {
    let world = World::new(backend);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, guest) = (users.account("owner"), users.account("guest"));
    let host = users.account("host");
    let channel = |kind| channels.create(owner, kind);
    let (closing, left, joined, kept) = (
        channel(ChannelType::Private),
        channel(ChannelType::Private),
        channel(ChannelType::Private),
        channel(ChannelType::Private),
    );
    channels.enter(left, host, Permissions::ALL);
    world.offer(owner, closing, guest).await.unwrap();
    world.offer(host, left, guest).await.unwrap();
    world.offer(owner, joined, guest).await.unwrap();
    let kept = world.offer(owner, kept, guest).await.unwrap().id;
    assert_eq!(world.received(guest).await.len(), 4);

    channels.close(closing);
    // The right to grant `write` is gone, the membership is not.
    channels.enter(
        left,
        host,
        [Permission::Read, Permission::Invite].into_iter().collect(),
    );
    channels.enter(joined, guest, Permissions::PUBLIC_JOIN);
    assert_eq!(world.received(guest).await, [kept]);
}

async fn one_open_invitation_a_pair(backend: Backend) {
    let world = World::new(backend);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, host) = (users.account("owner"), users.account("host"));
    let guest = users.account("guest");
    let channel = channels.create(owner, ChannelType::Private);
    channels.enter(channel, host, Permissions::ALL);
    let first = world.offer(host, channel, guest).await.unwrap().id;
    for sender in [host, owner] {
        let again = world.offer(sender, channel, guest).await;
        assert!(
            matches!(again, Err(InviteError::AlreadyInvited)),
            "{again:?}"
        );
    }
    // Its ground is gone, and no feed has said so yet.
    channels.leave(channel, host);
    let second = world.offer(owner, channel, guest).await.unwrap().id;
    assert_eq!(
        ended(&world, first).await,
        withdrawn(EndReason::IssuerLostRight)
    );
    assert_eq!(world.received(guest).await, [second]);

    let stranger = world.offer(guest, channel, host).await;
    assert!(
        matches!(stranger, Err(InviteError::NotAllowed)),
        "{stranger:?}"
    );
    channels.enter(channel, guest, Permissions::PUBLIC_JOIN);
    let inside = world.offer(owner, channel, guest).await;
    assert!(
        matches!(inside, Err(InviteError::AlreadyMember)),
        "{inside:?}"
    );
}

async fn each_side_ends_it_in_its_own_way(backend: Backend) {
    let world = World::new(backend);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, host) = (users.account("owner"), users.account("host"));
    let (guest, reader) = (users.account("guest"), users.account("reader"));
    let channel = channels.create(owner, ChannelType::Private);
    channels.enter(channel, host, Permissions::PUBLIC_JOIN);
    channels.enter(channel, reader, Permissions::PUBLIC_JOIN);

    let cases = [
        (guest, (State::Declined, None)),
        (host, withdrawn(EndReason::TakenBack)),
        // Neither side, but may remove members.
        (owner, withdrawn(EndReason::TakenBack)),
    ];
    for (who, expected) in cases {
        let id = world.offer(host, channel, guest).await.unwrap().id;
        let stranger = end_channel_invitations(&world.app, reader, vec![id]).await;
        assert!(
            matches!(stranger, Err(EndError::NotAllowed)),
            "{stranger:?}"
        );
        end_channel_invitations(&world.app, who, vec![id, id])
            .await
            .unwrap();
        assert_eq!(ended(&world, id).await, expected);
        assert_eq!(world.row(id).await.decided_by, Some(who));
        // Once more changes nothing, whoever asks.
        end_channel_invitations(&world.app, owner, vec![id])
            .await
            .unwrap();
        assert_eq!(world.row(id).await.decided_by, Some(who));
    }
}

async fn all_of_a_list_or_none(backend: Backend) {
    let world = World::with(backend, &[("LATCHKEY_INVITATIONS__MAX_REMOVE", "3")]);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, guest) = (users.account("owner"), users.account("guest"));
    let other = users.account("other");
    let channel = channels.create(owner, ChannelType::Private);
    let mine = world.offer(owner, channel, guest).await.unwrap().id;
    let foreign = world.offer(owner, channel, other).await.unwrap().id;
    let remove =
        async |ids: Vec<InvitationId>| end_channel_invitations(&world.app, guest, ids).await;

    assert!(matches!(
        remove(vec![mine, InvitationId(0)]).await,
        Err(EndError::NotFound)
    ));
    assert!(matches!(
        remove(vec![mine, foreign]).await,
        Err(EndError::NotAllowed)
    ));
    let many = remove(vec![mine; 4]).await;
    assert!(
        matches!(many, Err(EndError::Fault(Fault::Invalid(_)))),
        "{many:?}"
    );
    assert_eq!(world.row(mine).await.state, State::Open);
    remove(vec![]).await.unwrap();
    remove(vec![mine]).await.unwrap();
    assert_eq!(world.row(mine).await.state, State::Declined);
}

async fn joining_otherwise_ends_the_invitation(backend: Backend) {
    let world = World::new(backend);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Public);
    let id = world.offer(owner, channel, guest).await.unwrap().id;
    world.join(guest, channel, None).await.unwrap();
    assert_eq!(
        ended(&world, id).await,
        withdrawn(EndReason::JoinedOtherwise)
    );
}

async fn joining_otherwise_during_a_use_ends_it_with_that_use(backend: Backend) {
    let world = World::new(backend);
    let (users, channels) = (&world.users, &world.channels);
    let (owner, guest) = (users.account("owner"), users.account("guest"));
    let channel = channels.create(owner, ChannelType::Private);
    let id = world.offer(owner, channel, guest).await.unwrap().id;
    channels.calls.trouble(Trouble::QuestionLost);
    assert!(world.join(guest, channel, Some(id)).await.is_err());
    channels.calls.trouble(Trouble::None);
    channels.enter(channel, guest, Permissions::PUBLIC_JOIN);
    // The membership might be the running use's own doing.
    world.follow().await;
    assert_eq!(ended(&world, id).await, (State::Open, None));
    world.settle().await;
    assert_eq!(
        ended(&world, id).await,
        withdrawn(EndReason::JoinedOtherwise)
    );
}
