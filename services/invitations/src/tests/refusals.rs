//! Refusals: what they cost, and what they end.

use latchkey_common::audit::Actor;
use std::time::Duration;

use crate::app::channel::join::JoinError;
use crate::app::registration::create_link::{LinkLife, NewLink, create_link};
use crate::app::registration::register::{RegisterError, Registration, register};
use crate::domain::invitation::{EndReason, InvitationId, State, UseState};
use latchkey_common::secret::Secret;
use latchkey_peers::channels::{ChannelType, Permissions};
use latchkey_testing::{Backend, both_databases};

use crate::tests::unkeyed::plain;
use crate::tests::world::{PASSWORD, World};

both_databases!(
    a_taken_name_gives_the_use_back,
    time_ends_an_invitation,
    an_issuer_without_the_right_ends_it,
    who_is_in_already_uses_nothing_up,
    a_wrong_form_costs_nothing,
);

async fn a_taken_name_gives_the_use_back(backend: Backend) {
    let world = World::new(backend);
    world.users.account("John");
    let link = world.link(1).await;
    let id = link.invitation.id;
    let outcome = world.sign_up(&link.token, "jOHN").await;
    assert!(
        matches!(outcome, Err(RegisterError::UsernameTaken)),
        "{outcome:?}"
    );
    assert_eq!(
        world.stand(id).await,
        (State::Open, 0, 0, vec![UseState::Released])
    );
    world.sign_up(&link.token, "Jane").await.unwrap();
    assert_eq!(world.row(id).await.state, State::Accepted);
}

async fn time_ends_an_invitation(backend: Backend) {
    let world = World::new(backend);
    let link = NewLink {
        uses: 5,
        life: LinkLife::For(Duration::from_mins(1)),
        super_user: false,
    };
    let link = create_link(&world.app, Actor::operator(true), link)
        .await
        .unwrap();
    world.advance(Duration::from_secs(50));
    world.sign_up(&link.token, "John").await.unwrap();
    world.advance(Duration::from_secs(11));
    let outcome = world.sign_up(&link.token, "Jane").await;
    assert!(
        matches!(outcome, Err(RegisterError::InvalidInvitation)),
        "{outcome:?}"
    );
    // The guard compares the time; no job has run.
    let row = world.row(link.invitation.id).await;
    assert_eq!((row.state, row.used), (State::Open, 1));
}

async fn an_issuer_without_the_right_ends_it(backend: Backend) {
    let world = World::new(backend);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let host = world.users.account("host");
    let channel = world.channels.create(owner, ChannelType::Private);
    world
        .channels
        .enter(channel, host, Permissions::PUBLIC_JOIN);
    let offer = world.offer(host, channel, guest).await.unwrap();
    world.channels.leave(channel, host);
    let outcome = world.join(guest, channel, Some(offer.id)).await;
    assert!(
        matches!(outcome, Err(JoinError::InvalidInvitation)),
        "{outcome:?}"
    );
    let row = world.row(offer.id).await;
    assert_eq!((row.state, row.used), (State::Withdrawn, 0));
    assert_eq!(row.end_reason, Some(EndReason::IssuerLostRight));

    let invite = world.invite(host).await;
    world.users.lock(host, true);
    let outcome = world.sign_up(&invite.token, "John").await;
    assert!(
        matches!(outcome, Err(RegisterError::InvalidInvitation)),
        "{outcome:?}"
    );
    let row = world.row(invite.invitation.id).await;
    assert_eq!(row.end_reason, Some(EndReason::IssuerLostRight));
}

async fn who_is_in_already_uses_nothing_up(backend: Backend) {
    let world = World::new(backend);
    let (owner, guest) = (world.users.account("owner"), world.users.account("guest"));
    let channel = world.channels.create(owner, ChannelType::Private);
    let offer = world.offer(owner, channel, guest).await.unwrap();
    world
        .channels
        .enter(channel, guest, Permissions::PUBLIC_JOIN);
    let outcome = world.join(guest, channel, Some(offer.id)).await;
    assert!(
        matches!(outcome, Err(JoinError::AlreadyMember)),
        "{outcome:?}"
    );
    assert_eq!(world.row(offer.id).await.used, 0);
    let other = world.channels.create(owner, ChannelType::Private);
    let outcome = world.join(guest, other, Some(offer.id)).await;
    assert!(
        matches!(outcome, Err(JoinError::InvalidInvitation)),
        "{outcome:?}"
    );
    let outcome = world.join(guest, other, Some(InvitationId(i64::MAX))).await;
    assert!(
        matches!(outcome, Err(JoinError::InvitationNotFound)),
        "{outcome:?}"
    );
    let outcome = world.join(guest, other, None).await;
    assert!(matches!(outcome, Err(JoinError::NotPublic)), "{outcome:?}");
}

async fn a_wrong_form_costs_nothing(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(1).await;
    let form = |name: &str, password: &str| Registration {
        token: link.token.clone(),
        username: name.to_owned(),
        password: Secret::new(password),
    };
    let outcome = plain(register(&world.app, form("Jo", PASSWORD), None).await);
    assert!(
        matches!(outcome, Err(RegisterError::NoUsername(_))),
        "{outcome:?}"
    );
    let outcome = plain(register(&world.app, form("John", "short"), None).await);
    assert!(
        matches!(outcome, Err(RegisterError::NoPassword(_))),
        "{outcome:?}"
    );
    let outcome = world.sign_up(&Secret::new("no such token"), "John").await;
    assert!(
        matches!(outcome, Err(RegisterError::InvalidInvitation)),
        "{outcome:?}"
    );
    assert_eq!(
        world.stand(link.invitation.id).await,
        (State::Open, 0, 0, vec![])
    );
}
