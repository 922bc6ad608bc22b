//! The issuer's right is asked for in the act: what was good when it was made lets nobody in when its issuer
//! has lost the right since, before any feed has told of it.

use crate::app::channel::join::JoinError;
use crate::app::registration::register::RegisterError;
use crate::domain::invitation::{EndReason, State};
use latchkey_common::auth::UserId;
use latchkey_peers::channels::ChannelType;
use latchkey_testing::{Backend, both_databases, race};

use crate::tests::world::World;

both_databases!(
    a_locked_sender_lets_nobody_into_a_channel,
    a_lock_and_joins_have_an_order,
    a_demoted_issuer_lets_nobody_register,
    a_demotion_ends_what_super_users_alone_may_make,
);

const BY_SUPER_USERS: [(&str, &str); 1] = [("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "super-users")];

async fn a_locked_sender_lets_nobody_into_a_channel(backend: Backend) {
    let world = World::new(backend);
    let [owner, guest] = ["owner", "guest"].map(|name| world.users.account(name));
    let channel = world.channels.create(owner, ChannelType::Private);
    let offer = world.offer(owner, channel, guest).await.unwrap().id;
    world.users.lock(owner, true);
    assert!(world.received(guest).await.is_empty());
    let outcome = world.join(guest, channel, Some(offer)).await;
    assert!(
        matches!(outcome, Err(JoinError::InvalidInvitation)),
        "{outcome:?}"
    );
    let row = world.row(offer).await;
    assert_eq!((row.state, row.used), (State::Withdrawn, 0));
    assert_eq!(row.end_reason, Some(EndReason::IssuerLostRight));
    // It does not come back with its issuer.
    world.users.lock(owner, false);
    let outcome = world.join(guest, channel, Some(offer)).await;
    assert!(
        matches!(outcome, Err(JoinError::InvalidInvitation)),
        "{outcome:?}"
    );
}

/// Whoever begins to join after the lock is refused, whoever is under way may still come in, and the ledger
/// has exactly those who are members.
async fn a_lock_and_joins_have_an_order(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "3000")],
    );
    for round in 0..6 {
        let owner = world.users.account(&format!("owner{round}"));
        let channel = world.channels.create(owner, ChannelType::Private);
        let mut offers = Vec::new();
        for nth in 0..12 {
            let guest: UserId = world.users.account(&format!("guest{round}-{nth}"));
            offers.push((guest, world.offer(owner, channel, guest).await.unwrap().id));
        }
        let (early, late) = offers.split_at(8);
        let outcomes = race(9, |nth| {
            let (world, early) = (&world, &early);
            async move {
                if let Some((guest, offer)) = early.get(nth) {
                    world.join(*guest, channel, Some(*offer)).await.is_ok()
                } else {
                    world.users.lock(owner, true);
                    true
                }
            }
        })
        .await;
        for (guest, offer) in late {
            let outcome = world.join(*guest, channel, Some(*offer)).await;
            assert!(
                matches!(outcome, Err(JoinError::InvalidInvitation)),
                "{outcome:?}"
            );
        }
        for ((_, offer), came) in early.iter().zip(outcomes) {
            let row = world.row(*offer).await;
            assert_eq!((row.used, row.settled), (i64::from(came), i64::from(came)));
            let end = if came {
                State::Accepted
            } else {
                State::Withdrawn
            };
            assert_eq!(row.state, end);
        }
    }
}

async fn a_demoted_issuer_lets_nobody_register(backend: Backend) {
    let world = World::with(backend, &BY_SUPER_USERS);
    let boss = world.users.super_user("boss");
    let [used, refused] = [world.invite(boss).await, world.invite(boss).await];
    world.sign_up(&used.token, "John").await.unwrap();
    world.users.demote(boss);
    let outcome = world.sign_up(&refused.token, "Jane").await;
    assert!(
        matches!(outcome, Err(RegisterError::InvalidInvitation)),
        "{outcome:?}"
    );
    let row = world.row(refused.invitation.id).await;
    assert_eq!((row.state, row.used), (State::Withdrawn, 0));
    assert_eq!(row.end_reason, Some(EndReason::IssuerLostRight));
    // The operator's right is not anybody's.
    let link = world.link(1).await;
    world.sign_up(&link.token, "Jane").await.unwrap();
}

async fn a_demotion_ends_what_super_users_alone_may_make(backend: Backend) {
    for (env, ends) in [(&BY_SUPER_USERS[..], true), (&[], false)] {
        let world = World::with(backend, env);
        let [boss, back] = ["boss", "back"].map(|name| world.users.super_user(name));
        let guest = world.users.account("guest");
        let channel = world.channels.create(boss, ChannelType::Private);
        let offer = world.offer(boss, channel, guest).await.unwrap().id;
        let token = world.invite(boss).await.invitation.id;
        let kept = world.invite(back).await.invitation.id;
        world.users.demote(boss);
        world.users.demote(back);
        world.users.promote(back);
        world.follow().await;
        let row = world.row(token).await;
        let reason = ends.then_some(EndReason::IssuerLostRight);
        assert_eq!((row.state != State::Open, row.end_reason), (ends, reason));
        // Neither a demotion that was undone nor what needs no super user.
        for other in [offer, kept] {
            assert_eq!(world.row(other).await.state, State::Open);
        }
    }
}
