//! Memberships that end by themselves.

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::on;
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
);

const HOUR: Duration = Duration::from_hours(1);

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
    world.db.clock().advance(HOUR - Duration::from_secs(30));
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
