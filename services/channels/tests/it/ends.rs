//! Memberships that end by themselves.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::on;
use latchkey_peers::channels::members::{Member, MemberError, MembersOf, SetEnd};
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelId, Permission, Permissions, StandingQuestion,
};
use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::json;

use crate::world::{Person, World};

both_databases!(
    whoever_came_for_a_time_is_out_at_the_moment,
    streams_hear_nothing_from_the_moment_on,
    what_has_ended_is_written_down_without_hands,
    whoever_was_in_comes_in_again,
    an_owner_goes_by_no_clock,
    an_end_is_moved_by_whoever_may_remove,
    whoever_may_removes_by_number,
    guests_are_told_before_the_end,
);

const HOUR: Duration = Duration::from_hours(1);
const ALMOST_AN_HOUR: Duration = Duration::from_secs(59 * 60 + 30);

/// Lets `guest` in for an hour, with exactly these permissions.
async fn let_in(world: &World, guest: &Person, channel: i64, issuer: &Person) {
    let permissions = [Permission::Read, Permission::Write, Permission::Invite];
    world
        .peer
        .add_member(ask(guest, channel, issuer, permissions))
        .await
        .unwrap();
}

fn ask(guest: &Person, channel: i64, issuer: &Person, may: [Permission; 3]) -> AddMember {
    AddMember {
        key: ActKey::random(),
        channel: ChannelId(channel),
        user: UserId(guest.id),
        username: guest.name.clone(),
        permissions: may.into_iter().collect::<Permissions>(),
        issuer: UserId(issuer.id),
        issuer_since: None,
        ends_after: Some(i64::try_from(HOUR.as_millis()).unwrap()),
    }
}

/// Every guard by itself: what the job does about it comes a second later.
async fn whoever_came_for_a_time_is_out_at_the_moment(backend: Backend) {
    let world = World::start(backend).await;
    let replica = world.replica().await;
    let (anna, berta, cora) = (
        world.person("Anna"),
        world.person("Berta"),
        world.person("Cora"),
    );
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    world.db.clock().advance(ALMOST_AN_HOUR);
    let said = berta.say(id, "still here").await.ok(201);
    let message = said["messageId"].as_i64().unwrap();
    berta.mark_read(id, message).await.done();
    assert_eq!(listed(&berta).await, 1);

    let elsewhere = Person {
        session: berta.session,
        name: berta.name.clone(),
        id: berta.id,
        chat: replica.anybody().with_session(berta.session()),
    };
    world.db.clock().advance(Duration::from_secs(31));
    for berta in [&berta, &elsewhere] {
        berta.channel_info(id).await.refused("no-permission");
        berta.members(id).await.refused("no-permission");
        let load = json!([{"channelId": id}]);
        berta.load(&load).await.refused("no-permission");
        berta
            .mark_read(id, message)
            .await
            .refused("user-not-in-channel");
        berta.rename(id, "Other").await.refused("no-permission");
        assert_eq!(listed(berta).await, 0);
        berta.say(id, "and still").await.refused("no-permission");
        berta.leave(id).await.refused("user-not-in-channel");
    }
    let question = StandingQuestion {
        channel: ChannelId(id),
        users: vec![UserId(berta.id)],
    };
    for peer in [&world.peer, &replica.peer] {
        let standing = peer.standings(vec![question.clone()]).await.unwrap();
        assert_eq!(standing[0].as_ref().unwrap().seats, [None]);
        let asked = ask(&cora, id, &berta, [Permission::Read; 3]);
        let lost = peer.add_member(asked).await.unwrap_err();
        assert!(matches!(lost, AddMemberError::IssuerLostRight), "{lost:?}");
    }
    let left = anna.members(id).await.ok(200)["users"].clone();
    assert_eq!(left.as_array().unwrap().len(), 1, "{left}");
    replica.stopped().await;
    world.stopped().await;
}

async fn listed(person: &Person) -> usize {
    let all = person.channels().await.ok(200);
    all["channels"].as_array().unwrap().len()
}

async fn streams_hear_nothing_from_the_moment_on(backend: Backend) {
    let world = World::start(backend).await;
    let replica = world.replica().await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    let there = replica.anybody().with_session(berta.session());
    let mut streams = [berta.listen().await, there.listen().await];
    anna.say(id, "during").await.ok(201);
    for stream in &mut streams {
        assert_eq!(stream.expect("channel-message").await["content"], "during");
    }
    world.db.clock().advance(HOUR);
    anna.say(id, "after").await.ok(201);
    anna.rename(id, "Other").await.done();
    berta.create_channel("Hers", "public").await.ok(201);
    for stream in &mut streams {
        let gone = stream.expect("channel-remove").await;
        assert_eq!(gone, json!({"channelId": id}));
        assert_eq!(stream.expect("channel-join").await["channelName"], "Hers");
    }
    // A replay says the same.
    let mut replay = berta.listen_after(Some("0")).await;
    replay.expect("channel-join").await;
    assert_eq!(replay.expect("channel-message").await["content"], "during");
    replay.expect("channel-remove").await;
    replay.expect("channel-join").await;
    drop(streams);
    drop(replay);
    replica.stopped().await;
    world.stopped().await;
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

async fn rows(world: &World) -> i64 {
    let counted = world.db.look(|conn| {
        let query = "SELECT count(*) AS rows FROM members";
        on!(conn, |c| diesel::sql_query(query).get_result::<Count>(c))
    });
    counted.await.unwrap().rows
}

async fn what_has_ended_is_written_down_without_hands(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    assert_eq!(rows(&world).await, 2);
    let mut stream = berta.listen().await;
    world.db.clock().advance(HOUR);
    assert_eq!(
        stream.expect("channel-remove").await,
        json!({"channelId": id})
    );
    let is_done = || async { (rows(&world).await == 1).then_some(()) };
    eventually(Duration::from_secs(5), "it is written down", is_done).await;
    drop(stream);
    world.stopped().await;
}

async fn whoever_was_in_comes_in_again(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    for _ in 0..2 {
        let_in(&world, &berta, id, &anna).await;
        world.db.clock().advance(HOUR);
    }
    world.join(&berta, id).await;
    world.db.clock().advance(HOUR);
    berta.say(id, "for good").await.ok(201);
    world.stopped().await;
}

/// Somebody always holds all permissions: whoever takes over stays.
async fn an_owner_goes_by_no_clock(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta, cora) = (
        world.person("Anna"),
        world.person("Berta"),
        world.person("Cora"),
    );
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    let_in(&world, &cora, id, &anna).await;
    anna.leave_to(id, berta.id).await.done();
    world.db.clock().advance(HOUR);
    berta.say(id, "mine").await.ok(201);
    cora.say(id, "yours").await.refused("no-permission");
    berta.leave_to(id, cora.id).await.done();
    berta.channel_info(id).await.refused("channel-not-found");
    world.stopped().await;
}

async fn seen(world: &World, channel: i64, reader: &Person) -> Result<Vec<Member>, MemberError> {
    let ask = MembersOf {
        channel: ChannelId(channel),
        reader: UserId(reader.id),
        after: None,
        limit: 10,
        is_newest_first: false,
    };
    world.peer.members(ask).await
}

async fn an_end_is_moved_by_whoever_may_remove(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let (cora, dora) = (world.person("Cora"), world.person("Dora"));
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    world.join(&cora, id).await;
    let all = seen(&world, id, &cora).await.unwrap();
    let [owner, guest, third] = all.as_slice() else {
        panic!("{all:?}")
    };
    let (ends_at, none) = (guest.ends_at.unwrap(), third.ends_at);
    assert_eq!((none, owner.ends_at), (None, None));
    assert_eq!(ends_at, guest.joined_at.plus(HOUR));
    let hidden = seen(&world, id, &dora).await.unwrap_err();
    assert!(matches!(hidden, MemberError::NotFound));

    let later = ends_at.plus(HOUR);
    let ask = |member: &Member, by: &Person| SetEnd {
        member: member.id,
        by: UserId(by.id),
        seen: member.ends_at,
        ends_at: Some(later),
    };
    let refused = async |ask: SetEnd| world.peer.set_end(ask).await.unwrap_err();
    let error = refused(ask(guest, &cora)).await;
    assert!(matches!(error, MemberError::NotAllowed), "{error:?}");
    let error = refused(ask(guest, &dora)).await;
    assert!(matches!(error, MemberError::NotFound), "{error:?}");
    let error = refused(ask(guest, &berta)).await;
    assert!(matches!(error, MemberError::Own), "{error:?}");
    let error = refused(ask(owner, &anna)).await;
    assert!(matches!(error, MemberError::Own), "{error:?}");
    let stale = SetEnd {
        seen: None,
        ..ask(guest, &anna)
    };
    let error = refused(stale).await;
    assert!(matches!(error, MemberError::Changed), "{error:?}");
    let remover = [Permission::Read, Permission::RemoveUsers];
    world.add(&dora, id, &remover, &anna).await.unwrap();
    let error = refused(ask(owner, &dora)).await;
    assert!(matches!(error, MemberError::Owner), "{error:?}");

    // Twice is once: what is so is no change.
    for _ in 0..2 {
        let moved = world.peer.set_end(ask(guest, &dora)).await.unwrap();
        assert_eq!(moved.ends_at, Some(later));
    }
    world.db.clock().advance(HOUR + HOUR / 2);
    berta.say(id, "longer than was said").await.ok(201);
    world.db.clock().advance(HOUR);
    berta.say(id, "gone").await.refused("no-permission");
    let error = refused(ask(guest, &dora)).await;
    assert!(matches!(error, MemberError::NotFound), "{error:?}");
    world.stopped().await;
}

async fn whoever_may_removes_by_number(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    let all = seen(&world, id, &anna).await.unwrap();
    let (owner, guest) = (all[0].id, all[1].id);
    let remove = async |member, by: &Person| {
        let removed = world.peer.remove_member(member, UserId(by.id));
        removed.await.map_err(|error| error.to_string())
    };
    for (member, by) in [(owner, &anna), (owner, &berta), (guest, &berta)] {
        assert!(remove(member, by).await.is_err());
    }
    let mut stream = berta.listen().await;
    remove(guest, &anna).await.unwrap();
    let gone = stream.expect("channel-remove").await;
    assert_eq!(gone, json!({"channelId": id}));
    assert!(remove(guest, &anna).await.is_err());
    // Whoever comes again is another member.
    world.join(&berta, id).await;
    assert_ne!(seen(&world, id, &anna).await.unwrap()[1].id, guest);
    drop(stream);
    world.stopped().await;
}

async fn guests_are_told_before_the_end(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let_in(&world, &berta, id, &anna).await;
    let ending = async |minutes: i64| {
        let soon = world.peer.ending(UserId(berta.id), minutes * 60_000);
        soon.await.unwrap()
    };
    assert_eq!(ending(30).await, []);
    world.db.clock().advance(HOUR / 2 + Duration::from_secs(1));
    let soon = ending(30).await;
    assert_eq!((soon.len(), soon[0].1.as_str()), (1, "News"));
    assert_eq!(soon[0].0.user, UserId(berta.id));
    world.db.clock().advance(HOUR);
    assert_eq!(ending(30).await, []);
    world.stopped().await;
}
