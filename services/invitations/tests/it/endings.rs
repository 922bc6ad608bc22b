//! The ways to end that are not a use: by its sides, by what happened elsewhere, by a newer link.

use std::sync::Arc;

use latchkey_common::fault::Fault;
use latchkey_invitations::app::end_channel_invitations::{EndError, end_channel_invitations};
use latchkey_invitations::app::invite_to_channel::InviteError;
use latchkey_invitations::app::open_first_link::open_first_link;
use latchkey_invitations::app::register::RegisterError;
use latchkey_invitations::domain::claim::Which;
use latchkey_invitations::domain::invitation::{EndReason, InvitationId, State};
use latchkey_invitations::store::cursors;
use latchkey_invitations::store::invitations::find;
use latchkey_peers::channels::{ChannelType, Permission, Permissions};
use latchkey_testing::{Backend, both_databases, eventually};
use tokio::task::spawn_local;

use crate::peers::Trouble;
use crate::world::{World, sign_up};

both_databases!(
    feeds_end_what_lost_its_ground,
    an_old_event_leaves_a_new_invitation_alone,
    lists_know_it_before_the_feeds,
    one_open_invitation_a_pair,
    each_side_ends_it_in_its_own_way,
    all_of_a_list_or_none,
    joining_otherwise_ends_the_invitation,
    the_first_link_makes_one_super_user,
    the_first_link_of_a_restart_replaces_one_in_use,
    nobody_becomes_super_user_by_a_late_first_link,
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
    let peers = &world.peers;
    let (owner, host) = (peers.account("owner"), peers.account("host"));
    let (guest, other) = (peers.account("guest"), peers.account("other"));
    let channel = peers.channel(owner, ChannelType::Private);
    let closing = peers.channel(owner, ChannelType::Private);
    peers.enter(channel, host, Permissions::ALL);

    let joined = world.offer(owner, channel, guest).await.unwrap().id;
    let orphan = world.offer(host, channel, other).await.unwrap().id;
    let closed = world.offer(owner, closing, guest).await.unwrap().id;
    let token = world.invite(host).await.invitation.id;
    let kept = world.invite(owner).await.invitation.id;

    peers.enter(channel, guest, Permissions::PUBLIC_JOIN);
    peers.leave(channel, host);
    peers.close(closing);
    peers.lock(host, true);
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
    assert_eq!(positions(&world).await, (4, 5));
    let second = world.second();
    let late: Result<i64, Fault> = second
        .db
        .write(|conn| {
            cursors::advance(conn, "channels", 1)?;
            Ok(cursors::position(conn, "channels")?)
        })
        .await;
    assert_eq!(late.unwrap(), 4);
}

async fn an_old_event_leaves_a_new_invitation_alone(backend: Backend) {
    let world = World::new(backend);
    let peers = &world.peers;
    let (owner, host) = (peers.account("owner"), peers.account("host"));
    let (guest, other) = (peers.account("guest"), peers.account("other"));
    let channel = peers.channel(owner, ChannelType::Private);
    peers.enter(channel, host, Permissions::ALL);
    let old = world.offer(host, channel, other).await.unwrap().id;

    // All of it before the feed is read once.
    peers.leave(channel, host);
    peers.enter(channel, guest, Permissions::PUBLIC_JOIN);
    peers.leave(channel, guest);
    peers.lock(host, true);
    world.advance(std::time::Duration::from_secs(1));
    peers.lock(host, false);
    peers.enter(channel, host, Permissions::ALL);
    let new = world.offer(host, channel, guest).await.unwrap().id;
    let token = world.invite(host).await.invitation.id;

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
    let peers = &world.peers;
    let (owner, guest) = (peers.account("owner"), peers.account("guest"));
    let host = peers.account("host");
    let channel = |kind| peers.channel(owner, kind);
    let (closing, left, joined, kept) = (
        channel(ChannelType::Private),
        channel(ChannelType::Private),
        channel(ChannelType::Private),
        channel(ChannelType::Private),
    );
    peers.enter(left, host, Permissions::ALL);
    world.offer(owner, closing, guest).await.unwrap();
    world.offer(host, left, guest).await.unwrap();
    world.offer(owner, joined, guest).await.unwrap();
    let kept = world.offer(owner, kept, guest).await.unwrap().id;
    assert_eq!(world.received(guest).await.len(), 4);

    peers.close(closing);
    // The right to grant `write` is gone, the membership is not.
    peers.enter(
        left,
        host,
        [Permission::Read, Permission::Invite].into_iter().collect(),
    );
    peers.enter(joined, guest, Permissions::PUBLIC_JOIN);
    assert_eq!(world.received(guest).await, [kept]);
}

async fn one_open_invitation_a_pair(backend: Backend) {
    let world = World::new(backend);
    let peers = &world.peers;
    let (owner, host) = (peers.account("owner"), peers.account("host"));
    let guest = peers.account("guest");
    let channel = peers.channel(owner, ChannelType::Private);
    peers.enter(channel, host, Permissions::ALL);
    let first = world.offer(host, channel, guest).await.unwrap().id;
    for sender in [host, owner] {
        let again = world.offer(sender, channel, guest).await;
        assert!(
            matches!(again, Err(InviteError::AlreadyInvited)),
            "{again:?}"
        );
    }
    // Its ground is gone, and no feed has said so yet.
    peers.leave(channel, host);
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
    peers.enter(channel, guest, Permissions::PUBLIC_JOIN);
    let inside = world.offer(owner, channel, guest).await;
    assert!(
        matches!(inside, Err(InviteError::AlreadyMember)),
        "{inside:?}"
    );
}

async fn each_side_ends_it_in_its_own_way(backend: Backend) {
    let world = World::new(backend);
    let peers = &world.peers;
    let (owner, host) = (peers.account("owner"), peers.account("host"));
    let (guest, reader) = (peers.account("guest"), peers.account("reader"));
    let channel = peers.channel(owner, ChannelType::Private);
    peers.enter(channel, host, Permissions::PUBLIC_JOIN);
    peers.enter(channel, reader, Permissions::PUBLIC_JOIN);

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
    let peers = &world.peers;
    let (owner, guest) = (peers.account("owner"), peers.account("guest"));
    let other = peers.account("other");
    let channel = peers.channel(owner, ChannelType::Private);
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
    let (owner, guest) = (world.peers.account("owner"), world.peers.account("guest"));
    let channel = world.peers.channel(owner, ChannelType::Public);
    let id = world.offer(owner, channel, guest).await.unwrap().id;
    world.join(guest, channel, None).await.unwrap();
    assert_eq!(
        ended(&world, id).await,
        withdrawn(EndReason::JoinedOtherwise)
    );
}

async fn the_first_link_makes_one_super_user(backend: Backend) {
    let world = World::new(backend);
    let first = open_first_link(&world.app).await.unwrap().unwrap();
    let second = open_first_link(&world.app).await.unwrap().unwrap();
    let old = world.sign_up(&first, "John").await;
    assert!(
        matches!(old, Err(RegisterError::InvalidInvitation)),
        "{old:?}"
    );
    let made = world.sign_up(&second, "John").await.unwrap();
    assert!(made.is_super_user);
    assert!(open_first_link(&world.app).await.unwrap().is_none());
    let again = world.sign_up(&second, "Jane").await;
    assert!(
        matches!(again, Err(RegisterError::InvalidInvitation)),
        "{again:?}"
    );
}

async fn the_first_link_of_a_restart_replaces_one_in_use(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "60000")],
    );
    let first = open_first_link(&world.app).await.unwrap().unwrap();
    world.peers.trouble(Trouble::Slow);
    let running = {
        let (app, token) = (Arc::clone(&world.app), first.clone());
        spawn_local(async move { sign_up(&app, &token, "John").await.map(drop) })
    };
    eventually(
        std::time::Duration::from_secs(5),
        "a reservation",
        || async { (world.row(InvitationId(1)).await.used == 1).then_some(()) },
    )
    .await;
    // The process dies here, and the next one prints a link that works.
    running.abort();
    let second = open_first_link(&world.second()).await.unwrap().unwrap();
    world.peers.trouble(Trouble::None);
    assert!(world.sign_up(&second, "Jane").await.unwrap().is_super_user);
    world.advance(std::time::Duration::from_secs(61));
    world.settle().await;
    let row = world.row(InvitationId(1)).await;
    assert_eq!((row.state, row.used), (State::Withdrawn, 0));
    assert_eq!(world.peers.accounts(), 1);
}

async fn nobody_becomes_super_user_by_a_late_first_link(backend: Backend) {
    let world = World::new(backend);
    let token = open_first_link(&world.app).await.unwrap().unwrap();
    world.peers.super_user("boss");
    let late = world.sign_up(&token, "John").await;
    assert!(
        matches!(late, Err(RegisterError::InvalidInvitation)),
        "{late:?}"
    );
    let hash = latchkey_common::secret::TokenHash::of(token.expose());
    let found: Result<_, Fault> = world
        .app
        .db
        .read(move |conn| Ok(find(conn, Which::Secret(hash))?))
        .await;
    let row = found.unwrap().unwrap();
    assert_eq!((row.state, row.end_reason), withdrawn(EndReason::Replaced));
    assert_eq!(world.peers.accounts(), 1);
}
