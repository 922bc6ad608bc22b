//! Live streams.

mod ends;
mod whole;

use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _};
use latchkey_common::on;
use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::json;

use crate::world::{Options, World};

both_databases!(
    events_have_the_contracts_shapes,
    a_stream_begins_at_the_head_and_resumes,
    the_removed_hear_of_it_and_of_nothing_after,
    what_cannot_be_resumed_is_told,
    quiet_streams_send_signs_of_life,
    who_heard_nothing_comes_back_with_a_position,
    a_sign_of_life_has_a_position_that_can_be_resumed,
);

const SOON: Duration = Duration::from_secs(5);

async fn events_have_the_contracts_shapes(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let answer = {
        let mut stream = anna.listen().await;
        stream.heartbeat(SOON).await; // the first comment comes at once
        // Names and texts need care when they are put into JSON.
        let name = "the \"new\" \\s/ \u{1F511}";
        let made = anna.create_channel(name, "public").await.ok(201);
        assert_eq!(made["channelName"], name);
        assert_eq!(stream.expect("channel-join").await, made);
        let id = made["channelId"].as_i64().unwrap();

        let mut hers = berta.listen().await;
        world.join(&berta, id).await;
        let info = berta.channel_info(id).await.ok(200);
        assert_eq!(hers.expect("channel-join").await, info);

        let mut said = berta.say(id, "hello\n\"there\"").await.ok(201);
        said["channelId"] = json!(id);
        said["channelName"] = json!(name);
        for stream in [&mut stream, &mut hers] {
            assert_eq!(stream.expect("channel-message").await, said);
        }
        anna.rename(id, "Weather").await.done();
        for stream in [&mut stream, &mut hers] {
            let renamed = stream.expect("channel-rename").await;
            assert_eq!(renamed, json!({"channelId": id, "channelName": "Weather"}));
            let message = stream.expect("channel-message").await;
            assert_eq!(message["type"], "channel-rename");
            assert_eq!(message["content"], "Weather");
            assert_eq!(message["channelName"], "Weather");
        }
        berta.leave(id).await.done();
        assert_eq!(hers.expect("channel-leave").await, json!({"channelId": id}));
        let last = anna.say(id, "alone").await.ok(201);
        let event = stream.next().await;
        assert_eq!(event.name, "channel-message");
        assert!(
            event.data.contains("alone"),
            "the leaving was berta's alone: {last}"
        );
        // The next that she hears is of another channel.
        berta.create_channel("Other", "public").await.ok(201);
        assert_eq!(hers.expect("channel-join").await["channelName"], "Other");
        anna.get("/api/user/listener?x=1")
            .header("accept", "text/event-stream")
    };
    drop(answer);
    world.stopped().await;
}

async fn a_stream_begins_at_the_head_and_resumes(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    anna.say(id, "before").await.ok(201);
    settle(&world).await;
    let mut stream = anna.listen().await;
    anna.say(id, "first").await.ok(201);
    assert_eq!(stream.expect("channel-message").await["content"], "first");
    let seen = stream.last_id().unwrap().to_owned();
    drop(stream);
    for text in ["second", "third"] {
        anna.say(id, text).await.ok(201);
    }
    let mut stream = anna.listen_after(Some(&seen)).await;
    for text in ["second", "third"] {
        assert_eq!(stream.expect("channel-message").await["content"], text);
    }
    anna.say(id, "fourth").await.ok(201);
    assert_eq!(stream.expect("channel-message").await["content"], "fourth");
    // From the very beginning: everything since joining, in order.
    let mut stream = anna.listen_after(Some("0")).await;
    stream.expect("channel-join").await;
    for text in ["before", "first", "second", "third", "fourth"] {
        assert_eq!(stream.expect("channel-message").await["content"], text);
    }
    world.stopped().await;
}

async fn the_removed_hear_of_it_and_of_nothing_after(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    anna.say(id, "before").await.ok(201);
    world.join(&berta, id).await;
    let mut live = berta.listen_after(Some("0")).await;
    live.expect("channel-join").await;
    anna.say(id, "during").await.ok(201);
    assert_eq!(live.expect("channel-message").await["content"], "during");
    anna.remove_members(id, &[berta.id]).await.done();
    assert_eq!(
        live.expect("channel-remove").await,
        json!({"channelId": id})
    );
    anna.say(id, "after").await.ok(201);
    settle(&world).await;
    world.join(&berta, id).await;
    live.expect("channel-join").await;
    anna.say(id, "again").await.ok(201);
    assert_eq!(live.expect("channel-message").await["content"], "again");

    // A replay says the same, whatever she is by now.
    berta.leave(id).await.done();
    live.expect("channel-leave").await;
    let mut replay = berta.listen_after(Some("0")).await;
    replay.expect("channel-join").await;
    assert_eq!(replay.expect("channel-message").await["content"], "during");
    replay.expect("channel-remove").await;
    replay.expect("channel-join").await;
    assert_eq!(replay.expect("channel-message").await["content"], "again");
    replay.expect("channel-leave").await;
    anna.say(id, "for nobody else").await.ok(201);
    berta.create_channel("Other", "public").await.ok(201);
    for stream in [&mut live, &mut replay] {
        assert_eq!(stream.expect("channel-join").await["channelName"], "Other");
    }
    world.stopped().await;
}

async fn what_cannot_be_resumed_is_told(backend: Backend) {
    let options = Options {
        settings: "LATCHKEY_CHANNELS__PURGE_PERIOD_S=1".to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let anna = world.person("Anna");
    // A session each, so that none of the streams ends another.
    let again = |world: &World| world.session_of(anna.id);
    let mut first = anna.listen().await;
    let id = world.channel(&anna, "News").await;
    first.expect("channel-join").await;
    let seen = first.last_id().unwrap().to_owned();
    for unknown in [
        "999999999",
        "-1",
        "x",
        "1.5",
        "9223372036854775808",
        "\u{fc}",
    ] {
        let mut stream = again(&world).listen_after(Some(unknown)).await;
        assert_eq!(stream.expect("resync").await, json!({}), "{unknown}");
        assert_eq!(stream.last_id(), Some(seen.as_str()), "{unknown}");
    }
    // Eight days later the old events are gone; what is new can be resumed.
    world.test_db.clock().advance(Duration::from_hours(8 * 24));
    anna.say(id, "new").await.ok(201);
    first.expect("channel-message").await;
    let newest = first.last_id().unwrap().to_owned();
    eventually(SOON, "a resync", || async {
        let mut stream = again(&world).listen_after(Some("0")).await;
        // While the purge takes away what is being replayed, the stream is cut off.
        let event = stream.next_or_end().await?;
        (event.name == "resync").then(|| assert_eq!(event.id.as_deref(), Some(newest.as_str())))
    })
    .await;
    let mut stream = anna.listen_after(Some(&seen)).await;
    assert_eq!(stream.expect("channel-message").await["content"], "new");
    anna.say(id, "newer").await.ok(201);
    assert_eq!(stream.expect("channel-message").await["content"], "newer");
    world.stopped().await;
}

async fn quiet_streams_send_signs_of_life(backend: Backend) {
    let options = Options {
        settings: "LATCHKEY_CHANNELS__HEARTBEAT_S=1".to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let anna = world.person("Anna");
    let mut stream = anna.listen().await;
    for _ in 0..3 {
        stream.heartbeat(Duration::from_secs(3)).await;
    }
    world.stopped().await;
}

async fn who_heard_nothing_comes_back_with_a_position(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    anna.say(id, "before").await.ok(201);
    world.join(&berta, id).await;
    let mut stream = berta.listen().await;
    let head = stream.position(SOON).await;
    // Cut without a word, twice: what is said meanwhile comes, once.
    for (cut, text) in ["first", "second"].into_iter().enumerate() {
        drop(stream);
        anna.say(id, text).await.ok(201);
        stream = berta.listen_after(Some(&head)).await;
        assert_eq!(stream.position(SOON).await, head, "nothing is skipped");
        for text in ["first", "second"].iter().take(cut + 1) {
            assert_eq!(stream.expect("channel-message").await["content"], *text);
        }
    }
    // Whoever cannot go on has a position as soon as there is news of that.
    let mut lost = berta.listen_after(Some("x")).await;
    lost.expect("resync").await;
    let newest = lost.last_id().unwrap().to_owned();
    drop(lost);
    anna.say(id, "third").await.ok(201);
    let mut stream = berta.listen_after(Some(&newest)).await;
    assert_eq!(stream.expect("channel-message").await["content"], "third");
    world.stopped().await;
}

async fn a_sign_of_life_has_a_position_that_can_be_resumed(backend: Backend) {
    let options = Options {
        settings: "LATCHKEY_CHANNELS__HEARTBEAT_S=1 LATCHKEY_CHANNELS__PURGE_PERIOD_S=1".to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let (hers, shared) = (
        world.channel(&anna, "Hers").await,
        world.channel(&anna, "Shared").await,
    );
    world.join(&berta, shared).await;
    let mut stream = berta.listen().await;
    let first = stream.position(SOON).await;
    // What happens after she came is none of hers, and is purged.
    anna.say(hers, "elsewhere").await.ok(201);
    world.test_db.clock().advance(Duration::from_hours(8 * 24));
    eventually(SOON, "the first position is gone", || async {
        let mut stale = world.session_of(berta.id).listen_after(Some(&first)).await;
        let event = tokio::time::timeout(Duration::from_secs(1), stale.next_or_end());
        (event.await.ok()??.name == "resync").then_some(())
    })
    .await;
    let mut alive = first.clone();
    while alive == first {
        alive = stream.position(SOON).await;
    }
    drop(stream);
    anna.say(shared, "after").await.ok(201);
    let mut stream = berta.listen_after(Some(&alive)).await;
    assert_eq!(stream.expect("channel-message").await["content"], "after");
    world.stopped().await;
}

/// Waits until every event has its position, so that a stream that begins now begins after them.
pub(crate) async fn settle(world: &World) {
    let db = &world.db;
    eventually(SOON, "every event has a position", || async {
        let without: Count = db
            .look(|conn| {
                on!(conn, |c| diesel::sql_query(
                    "SELECT count(*) AS count FROM events WHERE position IS NULL"
                )
                .get_result(c))
            })
            .await
            .unwrap();
        (without.count == 0).then_some(())
    })
    .await;
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
