//! Nothing is missed and nothing repeated.

use std::collections::HashMap;
use std::sync::Arc;

use latchkey_common::db::Conn;
use latchkey_common::fault::Fault;
use latchkey_testing::chat::Listener;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::Value;

use super::settle;
use crate::world::{Person, World};

both_databases!(
    streams_cut_under_load_miss_and_repeat_nothing,
    events_of_another_replica_come_too,
    what_commits_late_is_neither_missed_nor_repeated,
);

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
