//! Who may invite people to register, and for how many.

use std::time::Duration;

use crate::app::registration::invite::InviteError;
use latchkey_testing::{Backend, both_databases, race};

use crate::tests::unkeyed::remove_registration_invitations;
use crate::tests::world::World;

both_databases!(
    everyone_may_invite,
    only_super_users_may_invite,
    a_quota_counts_used_and_open_ones,
    an_expired_one_is_given_back_at_once,
    a_race_does_not_exceed_the_quota,
    without_limits_there_is_no_quota,
);

const QUOTA: [(&str, &str); 3] = [
    ("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "quota"),
    ("LATCHKEY_INVITATIONS__REGISTRATION_QUOTA", "3"),
    ("LATCHKEY_RATE_LIMITS", "on"),
];

async fn everyone_may_invite(backend: Backend) {
    let world = World::new(backend);
    let john = world.users.account("John");
    let invite = world.invite(john).await;
    assert_eq!(invite.invitation.issuer_id, Some(john));
}

async fn only_super_users_may_invite(backend: Backend) {
    let world = World::with(
        backend,
        &[("LATCHKEY_INVITATIONS__WHO_MAY_INVITE", "super-users")],
    );
    let john = world.users.account("John");
    let boss = world.users.super_user("boss");
    assert!(matches!(
        world.try_invite(john).await,
        Err(InviteError::NotAllowed)
    ));
    world.invite(boss).await;
}

async fn a_quota_counts_used_and_open_ones(backend: Backend) {
    let world = World::with(backend, &QUOTA);
    let john = world.users.account("John");
    let used = world.invite(john).await;
    world.sign_up(&used.token, "Jane").await.unwrap();
    let open = world.invite(john).await;
    let removed = world.invite(john).await;
    assert!(matches!(
        world.try_invite(john).await,
        Err(InviteError::QuotaUsedUp)
    ));

    // Removed before anybody used it: given back. Removed after that: not.
    for (token, given_back) in [(used.token, false), (removed.token, true)] {
        remove_registration_invitations(&world.app, john, vec![token])
            .await
            .unwrap();
        assert_eq!(world.try_invite(john).await.is_ok(), given_back);
    }
    drop(open);

    let boss = world.users.super_user("boss");
    for _ in 0..4 {
        world.invite(boss).await;
    }
}

/// Not only when the job has marked it.
async fn an_expired_one_is_given_back_at_once(backend: Backend) {
    let mut env = QUOTA.to_vec();
    env.push(("LATCHKEY_INVITATIONS__REGISTRATION_LIFE_S", "60"));
    let world = World::with(backend, &env);
    let john = world.users.account("John");
    let used = world.invite(john).await;
    world.sign_up(&used.token, "Jane").await.unwrap();
    world.invite(john).await;
    world.invite(john).await;
    assert!(world.try_invite(john).await.is_err());
    world.advance(Duration::from_secs(61));
    for is_within in [true, true, false] {
        assert_eq!(world.try_invite(john).await.is_ok(), is_within);
    }
}

async fn a_race_does_not_exceed_the_quota(backend: Backend) {
    let world = World::with(backend, &QUOTA);
    let john = world.users.account("John");
    let outcomes = race(20, |_| world.try_invite(john)).await;
    let mut made = 0;
    for outcome in outcomes {
        match outcome {
            Ok(_) => made += 1,
            Err(InviteError::QuotaUsedUp) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(made, 3);
}

async fn without_limits_there_is_no_quota(backend: Backend) {
    let mut env = QUOTA;
    env[2].1 = "off";
    let world = World::with(backend, &env);
    let john = world.users.account("John");
    for _ in 0..5 {
        world.invite(john).await;
    }
}
