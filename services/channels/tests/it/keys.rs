//! A call with an `Idempotency-Key` is made once.

use std::time::Duration;

use latchkey_common::db::kept_answers::{self, LIFE};
use latchkey_testing::chat::{Answer, Call};
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::{Options, Person, World};

both_databases!(
    of_sixteen_at_once_one_is_sent,
    every_change_is_made_once,
    another_call_is_refused,
    a_refusal_leaves_the_key_free,
    keys_are_forgotten_in_time,
);

const REPLAYED: &str = "idempotent-replayed";

fn keyed(call: Call, key: &str) -> Call {
    call.header("Idempotency-Key", key)
}

fn is_replay(answer: &Answer) -> bool {
    answer.header(REPLAYED) == Some("true")
}

async fn texts(who: &Person, channel: i64) -> Vec<String> {
    let loaded = who.load(&json!([{"channelId": channel, "filter": ["text"]}]));
    let loaded = loaded.await.ok(200);
    let messages = &loaded["results"][channel.to_string()]["channelMessages"];
    let messages = messages.as_array().unwrap().iter();
    let text = |one: &serde_json::Value| one["content"].as_str().unwrap().to_owned();
    messages.map(text).collect()
}

async fn of_sixteen_at_once_one_is_sent(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let answers = race(16, async |_| keyed(anna.say(id, "hello"), "k").await).await;
    let first = answers[0].json();
    assert!(
        answers
            .iter()
            .all(|one| one.status == 201 && one.json() == first)
    );
    assert_eq!(answers.iter().filter(|one| is_replay(one)).count(), 15);
    assert_eq!(texts(&anna, id).await, ["hello"]);
    let channels = race(16, async |_| {
        keyed(anna.create_channel("Other", "public"), "c").await
    });
    let channels = channels.await;
    let first = channels[0].json();
    assert!(
        channels
            .iter()
            .all(|one| one.status == 201 && one.json() == first)
    );
    world.stopped().await;
}

/// Each answers the same, where without a key a second one is refused or makes more.
async fn every_change_is_made_once(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    let message = anna.say(id, "hello").await.ok(201)["messageId"]
        .as_i64()
        .unwrap();
    let calls = || {
        [
            ("say", anna.say(id, "once")),
            ("create", anna.create_channel("Fresh", "private")),
            ("rename", anna.rename(id, "Newer")),
            ("read", anna.mark_read(id, message)),
            ("remove", anna.remove_members(id, &[berta.id])),
            ("leave", anna.leave(id)),
        ]
    };
    let mut firsts = Vec::new();
    for (name, call) in calls() {
        let first = keyed(call, name).await;
        assert!([200, 201].contains(&first.status), "{first}");
        assert!(!is_replay(&first), "{first}");
        firsts.push(first);
    }
    // The channel is closed by now.
    for ((name, call), first) in calls().into_iter().zip(firsts) {
        let again = keyed(call, name).await;
        assert!(is_replay(&again), "{name}: {again}");
        assert_eq!(
            (again.status, again.text(), again.content_type()),
            (first.status, first.text(), first.content_type()),
            "{name}"
        );
    }
    let calls = calls().into_iter().skip(2);
    for (name, call) in calls {
        let unkeyed = call.await;
        assert!(unkeyed.status >= 400, "{name}: {unkeyed}");
    }
    world.stopped().await;
}

async fn another_call_is_refused(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    drop(keyed(anna.say(id, "hello"), "k").await.ok(201));
    for other in [
        anna.say(id, "hello!"),
        anna.create_channel("Other", "public"),
        anna.mark_read(id, 1),
    ] {
        let refused = keyed(other, "k").await;
        refused.refused("idempotency-key-reused");
        assert_eq!(refused.status, 422);
    }
    // Quotation marks are no part of it, and somebody else's key of the same text is another one.
    assert!(is_replay(&keyed(anna.say(id, "hello"), "\"k\"").await));
    let theirs = keyed(berta.say(id, "hello"), "k").await.expect(201);
    assert!(!is_replay(&theirs));
    assert_eq!(texts(&anna, id).await.len(), 2);
    for bad in ["", "a b", "a\"b", &"k".repeat(256)] {
        let refused = keyed(anna.say(id, "hello"), bad).await;
        refused.refused("invalid-request-parameters");
    }
    let stranger = keyed(world.anybody().say(id, "hello"), "a b").await;
    stranger.refused("unauthorized");
    world.stopped().await;
}

async fn a_refusal_leaves_the_key_free(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let say = || keyed(berta.say(id, "hello"), "k");
    say().await.refused("no-permission");
    world.join(&berta, id).await;
    assert!(!is_replay(&say().await.expect(201)));
    assert!(is_replay(&say().await.expect(201)));
    let rename = || keyed(berta.rename(id, "Mine"), "r");
    rename().await.refused("no-permission");
    rename().await.refused("no-permission");
    world.stopped().await;
}

async fn keys_are_forgotten_in_time(backend: Backend) {
    let world = World::with(backend, Options::default()).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let say = || keyed(anna.say(id, "hello"), "k");
    drop(say().await.ok(201));
    kept_answers::purge(&world.db).await.unwrap();
    assert!(is_replay(&say().await));
    world.test_db.clock().advance(LIFE + Duration::from_mins(1));
    kept_answers::purge(&world.db).await.unwrap();
    let anna = world.session_of(anna.id);
    let again = keyed(anna.say(id, "hello"), "k").await.expect(201);
    assert!(!is_replay(&again));
    world.stopped().await;
}
