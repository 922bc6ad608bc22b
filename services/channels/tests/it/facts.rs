//! The outbox holds what happened: told again it is the same, whoever wrote it.

use latchkey_peers::channels::Permission;
use latchkey_testing::{Backend, both_databases, on_postgres};
use serde_json::json;

use crate::live::settle;
use crate::world::World;

both_databases!(
    a_replay_tells_the_same_facts,
    a_message_that_is_gone_is_told_to_nobody,
);
on_postgres!(what_a_replica_of_the_release_before_writes_is_told);

/// Everything that an event shows may be otherwise by the time that it is told again.
async fn a_replay_tells_the_same_facts(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let mut live = berta.listen_after(Some("0")).await;
    let id = world.channel(&anna, "News").await;
    world
        .add(&berta, id, &[Permission::Write], &anna)
        .await
        .unwrap();
    berta.say(id, "hello").await.ok(201);
    anna.rename(id, "Weather").await.done();
    anna.leave_to(id, berta.id).await.done();
    berta.rename(id, "Climate").await.done();
    berta.leave(id).await.done();
    let mut told = Vec::new();
    while told.len() < 7 {
        let event = live.next().await;
        told.push((event.name, event.id, event.data));
    }
    let mut replay = berta.listen_after(Some("0")).await;
    for one in told {
        let event = replay.next().await;
        assert_eq!((event.name, event.id, event.data), one);
    }
    world.stopped().await;
}

async fn a_message_that_is_gone_is_told_to_nobody(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let gone = anna.say(id, "gone").await.ok(201)["messageId"].clone();
    anna.say(id, "there").await.ok(201);
    let sql = format!("DELETE FROM messages WHERE id = {gone}");
    world.db.change(move |conn| conn.batch(&sql)).await.unwrap();
    let mut replay = anna.listen_after(Some("0")).await;
    replay.expect("channel-join").await;
    assert_eq!(replay.expect("channel-message").await["content"], "there");
    world.stopped().await;
}

/// Beside replicas of this release those of the one before still write, while they are being replaced.
async fn what_a_replica_of_the_release_before_writes_is_told(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let said = anna.say(id, "hello").await.ok(201);
    settle(&world).await;
    let (mut annas, mut bertas) = (anna.listen().await, berta.listen().await);
    let message = json!({
        "messageId": said["messageId"], "userId": anna.id, "username": "Anna", "type": "text",
        "content": "hello", "timestamp": said["timestamp"], "channelId": id, "channelName": "Old",
    });
    let renamed = json!({"channelId": id, "channelName": "Old \"name\""});
    let joined = json!({
        "channelId": id, "channelName": "Old", "channelType": "private",
        "channelPerms": ["read", "remove-users"], "channelOwner": 70, "lastMessage": 80,
        "lastRead": 0, "joinedAt": 90,
    });
    let nothing = json!({"channelId": id});
    let events = [
        ("channel-message", None, &message),
        ("channel-rename", None, &renamed),
        ("channel-join", Some(berta.id), &joined),
        ("channel-leave", Some(berta.id), &nothing),
        ("channel-remove", Some(berta.id), &nothing),
        ("channel-closed", None, &nothing),
    ];
    for (kind, recipient, payload) in events {
        let recipient = recipient.map_or("NULL".to_owned(), |id: i64| id.to_string());
        let sql = format!(
            "INSERT INTO events (channel_id, kind, recipient_id, user_id, payload, created_at) \
             VALUES ({id}, '{kind}', {recipient}, {}, '{payload}', 90999)",
            berta.id
        );
        world.db.change(move |conn| conn.batch(&sql)).await.unwrap();
    }
    assert_eq!(annas.expect("channel-message").await, message);
    assert_eq!(annas.expect("channel-rename").await, renamed);
    assert_eq!(bertas.expect("channel-join").await, joined);
    assert_eq!(bertas.expect("channel-leave").await, nothing);
    assert_eq!(bertas.expect("channel-remove").await, nothing);
    world.stopped().await;
}
