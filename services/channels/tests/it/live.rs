//! Live streams.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _};
use latchkey_common::db::Conn;
use latchkey_common::fault::Fault;
use latchkey_common::on;
use latchkey_testing::chat::Listener;
use latchkey_testing::{Backend, both_databases, eventually, race};
use serde_json::{Value, json};

use crate::world::{Options, Person, World};

both_databases!(
    events_have_the_contracts_shapes,
    a_stream_begins_at_the_head_and_resumes,
    the_removed_hear_of_it_and_of_nothing_after,
    what_cannot_be_resumed_is_told,
    a_session_has_a_bounded_number_of_streams,
    a_sessions_end_ends_its_streams,
    a_session_that_ends_elsewhere_ends_its_streams,
    quiet_streams_send_signs_of_life,
    a_stop_ends_streams,
    streams_cut_under_load_miss_and_repeat_nothing,
    events_of_another_replica_come_too,
    what_commits_late_is_neither_missed_nor_repeated,
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

async fn a_session_has_a_bounded_number_of_streams(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let elsewhere = world.session_of(anna.id);
    let mut other = elsewhere.listen().await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(anna.listen().await);
    }
    assert!(streams[0].next_or_end().await.is_none());
    world.channel(&anna, "News").await;
    for stream in &mut streams[1..] {
        stream.expect("channel-join").await;
    }
    other.expect("channel-join").await;
    world.stopped().await;
}

async fn a_sessions_end_ends_its_streams(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let elsewhere = world.session_of(anna.id);
    let id = world.channel(&anna, "News").await;
    settle(&world).await;
    let mut stream = anna.listen().await;
    let mut other = elsewhere.listen().await;
    world.users.sign_out(anna.session);
    elsewhere.say(id, "not for that session").await.ok(201);
    assert!(stream.next_or_end().await.is_none());
    other.expect("channel-message").await;
    anna.get("/api/user/listener").await.refused("unauthorized");
    world.stopped().await;
}

async fn a_session_that_ends_elsewhere_ends_its_streams(backend: Backend) {
    let options = Options {
        tells: false,
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let mut stream = anna.listen().await;
    let mut other = berta.listen().await;
    world.users.sign_out(anna.session);
    stream.end(Duration::from_secs(3)).await;
    world.channel(&berta, "News").await;
    other.expect("channel-join").await;
    // Nobody can be asked: nobody listens on.
    world.users.calls.down(true);
    other.end(Duration::from_secs(3)).await;
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

async fn a_stop_ends_streams(backend: Backend) {
    let mut world = World::start(backend).await;
    let anna = world.person("Anna");
    let mut stream = anna.listen().await;
    world.stop();
    stream.end(Duration::from_secs(3)).await;
    world.stopped().await;
}

async fn streams_cut_under_load_miss_and_repeat_nothing(backend: Backend) {
    const WRITERS: usize = 3;
    const MESSAGES: usize = 60;
    let world = World::start(backend).await;
    let reader = world.person("Reader");
    let mut writers: Vec<(Person, i64)> = Vec::new();
    for nth in 0..WRITERS {
        let person = world.person(&format!("Writer {nth}"));
        let channel = world.channel(&person, &format!("Channel {nth}")).await;
        world.join(&reader, channel).await;
        writers.push((person, channel));
    }
    settle(&world).await;
    let first = reader.listen().await;
    let writing = race(WRITERS, |nth| {
        let (person, channel) = &writers[nth];
        async move {
            let mut said = Vec::new();
            for text in 0..MESSAGES {
                let message = person.say(*channel, &format!("{text}")).await.ok(201);
                said.push(message["messageId"].as_i64().unwrap());
            }
            (*channel, said)
        }
    });
    let reading = read_with_cuts(&reader, first, WRITERS * MESSAGES);
    let (said, seen) = tokio::join!(writing, reading);
    assert_eq!(seen, said.into_iter().collect::<HashMap<_, _>>());
    world.stopped().await;
}

/// Reads so many messages, cutting the stream after a few each time.
async fn read_with_cuts(
    reader: &Person,
    mut stream: Listener,
    total: usize,
) -> HashMap<i64, Vec<i64>> {
    let mut seen: HashMap<i64, Vec<i64>> = HashMap::new();
    for nth in 0..total {
        let message = stream.expect("channel-message").await;
        let channel = message["channelId"].as_i64().unwrap();
        let id = message["messageId"].as_i64().unwrap();
        seen.entry(channel).or_default().push(id);
        if nth % 7 == 6 {
            let last = stream.last_id().map(str::to_owned);
            stream = reader.elsewhere().listen_after(last.as_deref()).await;
        }
    }
    seen
}

async fn events_of_another_replica_come_too(backend: Backend) {
    let world = World::start(backend).await;
    let replica = world.replica().await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    settle(&world).await;
    let there = replica.anybody().with_session(anna.session());
    let (mut here, mut beside) = (anna.listen().await, there.listen().await);
    anna.say(id, "one").await.ok(201);
    there.say(id, "two").await.ok(201);
    for stream in [&mut here, &mut beside] {
        for text in ["one", "two"] {
            assert_eq!(stream.expect("channel-message").await["content"], text);
        }
    }
    drop((here, beside));
    replica.stopped().await;
    world.stopped().await;
}

/// A transaction of one channel that has taken its ids stays open while a later one of another
/// channel commits. `SQLite` has one writer, so there is nothing to hold open.
async fn what_commits_late_is_neither_missed_nor_repeated(backend: Backend) {
    if backend == Backend::Sqlite {
        return;
    }
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let slow = world.channel(&anna, "Slow").await;
    let fast = world.channel(&anna, "Fast").await;
    for channel in [slow, fast] {
        world.join(&berta, channel).await;
    }
    settle(&world).await;
    let mut stream = berta.listen().await;
    let (begun, has_begun) = std::sync::mpsc::channel::<()>();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    let db = world.db.clone();
    let held = tokio::task::spawn_local(async move {
        db.write(move |conn: &mut Conn| {
            conn.batch(&format!(
                "SELECT 1 FROM channels WHERE id = {slow} FOR UPDATE"
            ))?;
            conn.batch(&format!(
                "WITH message AS (\
                     INSERT INTO messages (channel_id, user_id, username, type, content, created_at) \
                     VALUES ({slow}, 1, 'Anna', 'text', 'slow', 0) RETURNING id\
                 ) INSERT INTO events \
                     (channel_id, kind, user_id, message_id, channel_name, created_at) \
                 SELECT {slow}, 'channel-message', 1, id, 'Slow', 0 FROM message"
            ))?;
            begun.send(()).unwrap();
            may_go.recv().unwrap();
            Ok::<_, Fault>(())
        })
        .await
        .unwrap();
    });
    let has_begun = Arc::new(std::sync::Mutex::new(has_begun));
    tokio::task::spawn_blocking(move || has_begun.lock().unwrap().recv().unwrap())
        .await
        .unwrap();
    anna.say(fast, "fast").await.ok(201);
    assert_eq!(stream.expect("channel-message").await["content"], "fast");
    let seen = stream.last_id().unwrap().to_owned();
    go.send(()).unwrap();
    held.await.unwrap();
    anna.say(fast, "last").await.ok(201);
    let mut resumed = berta.listen_after(Some(&seen)).await;
    for one in [&mut stream, &mut resumed] {
        let mut texts: Vec<Value> = Vec::new();
        for _ in 0..2 {
            texts.push(one.expect("channel-message").await["content"].clone());
        }
        assert_eq!(texts, ["slow", "last"]);
    }
    world.stopped().await;
}

/// Waits until every event has its position, so that a stream that begins now begins after them.
pub(crate) async fn settle(world: &World) {
    let db = &world.db;
    eventually(SOON, "every event has a position", || async {
        let without: Count = db
            .read(|conn| {
                on!(conn, |c| diesel::sql_query(
                    "SELECT count(*) AS count FROM events WHERE position IS NULL"
                )
                .get_result(c))
                .map_err(Fault::from)
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
