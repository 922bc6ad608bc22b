//! What invitations asks.

use std::time::{Duration, Instant};

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_peers::Decided;
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelId, ChannelType, JoinError, Permission, Permissions,
    StandingQuestion,
};
use latchkey_peers::events::ChannelEventKind;
use latchkey_testing::{Backend, both_databases, race};

use crate::world::{Person, World};

both_databases!(
    one_key_makes_one_membership,
    a_key_is_made_or_barred,
    the_issuers_right_is_checked_again,
    a_right_ends_with_its_membership,
    strangers_join_public_channels_alone,
    one_of_many_joins_wins,
    standings_come_in_order,
    the_outbox_tells_who_came_and_went,
);

fn ask(person: &Person, channel: i64, issuer: &Person) -> AddMember {
    AddMember {
        key: ActKey::random(),
        channel: ChannelId(channel),
        user: UserId(person.id),
        username: person.name.clone(),
        permissions: Permissions::from_iter([Permission::Read, Permission::Write]),
        issuer: UserId(issuer.id),
        issuer_since: None,
        ends_after: None,
    }
}

async fn one_key_makes_one_membership(backend: Backend) {
    let world = World::start(backend).await;
    let replica = world.replica().await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let ask = ask(&berta, id, &anna);
    let peers = [&world.peer, &replica.peer];
    let made = race(30, |nth| peers[nth % 2].add_member(ask.clone())).await;
    for one in made {
        let one = one.unwrap();
        assert_eq!(one.channel, ChannelId(id));
        assert_eq!(one.permissions, ask.permissions);
    }
    let users = anna.members(id).await.ok(200);
    assert_eq!(users["users"].as_array().unwrap().len(), 2);
    let decided = world.peer.decide_member(ask.key.clone()).await.unwrap();
    assert_eq!(decided, Decided::Made(UserId(berta.id)));
    // The act was done, also when the membership has ended since.
    berta.leave(id).await.done();
    let again = world.peer.add_member(ask).await.unwrap();
    assert_eq!(again.channel, ChannelId(id));
    berta.channel_info(id).await.refused("no-permission");
    replica.stopped().await;
    world.stopped().await;
}

async fn a_key_is_made_or_barred(backend: Backend) {
    let world = World::start(backend).await;
    let replica = world.replica().await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    for nth in 0..20 {
        let person = world.person(&format!("Person {nth}"));
        let ask = ask(&person, id, &anna);
        let (made, decided) = tokio::join!(
            world.peer.add_member(ask.clone()),
            replica.peer.decide_member(ask.key.clone())
        );
        let is_in = person.channel_info(id).await.status == 200;
        match decided.unwrap() {
            Decided::Made(user) => {
                assert_eq!(user, UserId(person.id));
                assert!(made.is_ok() && is_in);
            }
            Decided::Barred => {
                assert!(matches!(made, Err(AddMemberError::Barred)), "{made:?}");
                assert!(!is_in);
                let again = world.peer.add_member(ask).await;
                assert!(matches!(again, Err(AddMemberError::Barred)));
            }
        }
    }
    replica.stopped().await;
    world.stopped().await;
}

async fn the_issuers_right_is_checked_again(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let (cora, dora) = (world.person("Cora"), world.person("Dora"));
    let id = world.channel(&anna, "News").await;
    let refused = async |ask: AddMember| world.peer.add_member(ask).await.unwrap_err();
    assert!(matches!(
        refused(ask(&cora, 9999, &anna)).await,
        AddMemberError::ChannelNotFound
    ));
    assert!(matches!(
        refused(ask(&cora, id, &berta)).await,
        AddMemberError::IssuerLostRight
    ));
    // Without `invite`, and with less than is granted.
    world
        .add(&berta, id, &[Permission::Read, Permission::Write], &anna)
        .await
        .unwrap();
    assert!(matches!(
        refused(ask(&cora, id, &berta)).await,
        AddMemberError::IssuerLostRight
    ));
    world
        .add(&dora, id, &[Permission::Read, Permission::Invite], &anna)
        .await
        .unwrap();
    let kept = ask(&cora, id, &dora);
    assert!(matches!(
        refused(kept.clone()).await,
        AddMemberError::IssuerLostRight
    ));
    assert!(matches!(
        refused(ask(&berta, id, &cora)).await,
        AddMemberError::AlreadyMember
    ));
    // A refusal by a rule leaves the key free.
    let granted = AddMember {
        permissions: [Permission::Read].into_iter().collect(),
        ..kept
    };
    world.peer.add_member(granted).await.unwrap();
    world.stopped().await;
}

async fn a_right_ends_with_its_membership(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let (cora, dora) = (world.person("Cora"), world.person("Dora"));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    let since = async || {
        let question = StandingQuestion {
            channel: ChannelId(id),
            users: vec![UserId(berta.id)],
        };
        let answers = world.peer.standings(vec![question]).await.unwrap();
        answers[0].as_ref().unwrap().seats[0].unwrap().since
    };
    let first = since().await;
    let on = |guest: &Person, since: i64| AddMember {
        issuer_since: Some(since),
        ..ask(guest, id, &berta)
    };
    world.peer.add_member(on(&cora, first)).await.unwrap();
    berta.leave(id).await.done();
    world.join(&berta, id).await;
    assert!(matches!(
        world.peer.add_member(on(&dora, first)).await,
        Err(AddMemberError::IssuerLostRight)
    ));
    let second = since().await;
    assert!(second > first);
    world.peer.add_member(on(&dora, second)).await.unwrap();
    world.stopped().await;
}

async fn strangers_join_public_channels_alone(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let public = world.channel(&anna, "Public").await;
    let made = anna.create_channel("Private", "private").await.ok(201);
    let private = made["channelId"].as_i64().unwrap();
    let join = |channel: i64, who: &Person| world.peer.join_public(who.joining(channel));
    assert!(matches!(
        join(9999, &berta).await,
        Err(JoinError::ChannelNotFound)
    ));
    assert!(matches!(
        join(private, &berta).await,
        Err(JoinError::NotPublic)
    ));
    assert!(matches!(
        join(private, &anna).await,
        Err(JoinError::AlreadyMember)
    ));
    let joined = join(public, &berta).await.unwrap().membership;
    assert_eq!(joined.permissions, Permissions::PUBLIC_JOIN);
    assert_eq!((joined.last_read, joined.owner), (0, UserId(anna.id)));
    assert!(matches!(
        join(public, &berta).await,
        Err(JoinError::AlreadyMember)
    ));
    world.stopped().await;
}

async fn one_of_many_joins_wins(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let outcomes = race(30, |nth| {
        let (peer, berta, anna) = (&world.peer, &berta, &anna);
        async move {
            if nth % 2 == 0 {
                let joined = peer.join_public(berta.joining(id)).await;
                joined
                    .map(|joined| joined.membership)
                    .map_err(|error| matches!(error, JoinError::AlreadyMember))
            } else {
                peer.add_member(ask(berta, id, anna))
                    .await
                    .map_err(|error| matches!(error, AddMemberError::AlreadyMember))
            }
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|one| one.is_ok()).count(), 1);
    assert!(
        outcomes.iter().all(|one| !matches!(one, Err(false))),
        "{outcomes:?}"
    );
    world.stopped().await;
}

async fn standings_come_in_order(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let gone = world.channel(&anna, "Gone").await;
    anna.leave(gone).await.done();
    world.join(&berta, id).await;
    let question = |channel: i64, users: &[i64]| StandingQuestion {
        channel: ChannelId(channel),
        users: users.iter().copied().map(UserId).collect(),
    };
    let answers = world
        .peer
        .standings(vec![
            question(gone, &[anna.id]),
            question(id, &[77, berta.id, anna.id, berta.id]),
            question(9999, &[]),
            question(id, &[]),
        ])
        .await
        .unwrap();
    assert_eq!(answers.len(), 4);
    assert!(answers[0].is_none() && answers[2].is_none());
    let standing = answers[1].as_ref().unwrap();
    assert_eq!(
        (standing.name.as_str(), standing.channel_type),
        ("News", ChannelType::Public)
    );
    let joined = Some(Permissions::PUBLIC_JOIN);
    let held = standing
        .seats
        .iter()
        .map(|seat| seat.map(|one| one.permissions));
    assert_eq!(
        held.collect::<Vec<_>>(),
        [None, joined, Some(Permissions::ALL), joined]
    );
    assert!(answers[3].as_ref().unwrap().seats.is_empty());
    let many = (0..2_500)
        .map(|nth| question(nth, &[nth, anna.id]))
        .collect();
    assert_eq!(
        world
            .peer
            .standings(many)
            .await
            .unwrap()
            .iter()
            .flatten()
            .count(),
        1
    );
    assert!(world.peer.standings(Vec::new()).await.unwrap().is_empty());
    world.stopped().await;
}

async fn the_outbox_tells_who_came_and_went(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    anna.say(id, "hello").await.ok(201);
    anna.remove_members(id, &[berta.id]).await.done();
    anna.leave(id).await.done();

    // Positions come after the commit, so the end may take a moment.
    let mut seen = Vec::new();
    let mut next = 0;
    let begun = Instant::now();
    while seen.len() < 5 {
        let batch = world.peer.events(next, 2).await.unwrap();
        assert!(batch.events.len() <= 2 && batch.next >= next);
        next = batch.next;
        seen.extend(batch.events);
        assert!(begun.elapsed() < Duration::from_secs(5), "{seen:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let kinds: Vec<_> = seen
        .iter()
        .map(|event| (event.channel.0, event.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            (id, ChannelEventKind::Joined(UserId(anna.id))),
            (id, ChannelEventKind::Joined(UserId(berta.id))),
            (id, ChannelEventKind::Gone(UserId(berta.id))),
            (id, ChannelEventKind::Gone(UserId(anna.id))),
            (id, ChannelEventKind::Closed),
        ]
    );
    assert!(seen.is_sorted_by(|one, other| one.position < other.position));
    let batch = world.peer.events(next, 100).await.unwrap();
    assert!(batch.events.is_empty() && batch.next == next);
    world.stopped().await;
}
