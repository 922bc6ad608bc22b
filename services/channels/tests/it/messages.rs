//! Saying, reading and marking.

use std::collections::BTreeSet;

use latchkey_peers::channels::Permission;
use latchkey_testing::chat::members;
use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use crate::world::{Options, Person, World};

both_databases!(
    what_is_said_is_there,
    windows_of_messages,
    channels_share_what_one_answer_may_hold,
    long_messages_are_cut_and_go_on,
    one_bad_channel_fails_all,
    read_marks_stay_in_their_channel,
);

fn ids(loaded: &Value, channel: i64) -> Vec<i64> {
    let messages = &loaded["results"][channel.to_string()]["channelMessages"];
    let messages = messages.as_array().unwrap_or_else(|| panic!("{loaded}"));
    messages
        .iter()
        .map(|one| one["messageId"].as_i64().unwrap())
        .collect()
}

async fn what_is_said_is_there(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    berta.say(id, "hello").await.refused("no-permission");
    berta.say(9999, "hello").await.refused("channel-not-found");
    world
        .add(&berta, id, &[Permission::Read], &anna)
        .await
        .unwrap();
    berta.say(id, "hello").await.refused("no-permission");

    let text = format!(
        "\"quoted\" \\ line\nnext \u{1F511} \u{202e}{}",
        "x".repeat(3_900)
    );
    let said = anna.say(id, &text).await.ok(201);
    assert_eq!(
        members(&said),
        BTreeSet::from([
            "messageId",
            "userId",
            "username",
            "type",
            "content",
            "timestamp"
        ])
    );
    assert_eq!(
        (&said["content"], &said["username"]),
        (&json!(text), &json!("Anna"))
    );
    let info = anna.channel_info(id).await.ok(200);
    assert_eq!(info["lastMessage"], said["messageId"]);
    assert_eq!(info["lastRead"], said["messageId"]);
    let theirs = berta.channel_info(id).await.ok(200);
    assert_eq!(
        (&theirs["lastMessage"], &theirs["lastRead"]),
        (&said["messageId"], &json!(0))
    );
    // Newcomers see the whole history, and it outlives its author's membership.
    anna.leave_to(id, berta.id).await.done();
    let loaded = berta.load(&json!([{"channelId": id}])).await.ok(200);
    assert_eq!(
        loaded["results"][id.to_string()]["channelMessages"][0],
        said
    );
    world.stopped().await;
}

async fn windows_of_messages(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let other = world.channel(&anna, "Other").await;
    for nth in 0..104 {
        anna.say(id, &format!("message {nth}")).await.ok(201);
    }
    anna.rename(id, "Newest").await.done();
    assert_eq!(anna.load(&json!([])).await.ok(200), json!({"results": {}}));

    let loaded = anna
        .load(&json!([{"channelId": id}, {"channelId": other.to_string(), "limit": "5"}]))
        .await
        .ok(200);
    let all = ids(&loaded, id);
    assert_eq!(all.len(), 100);
    assert!(all.is_sorted_by(|newer, older| newer > older));
    assert_eq!(ids(&loaded, other).len(), 1);
    assert_eq!(loaded["results"][id.to_string()]["channelId"], id);
    assert_eq!(loaded["results"][id.to_string()]["channelName"], "Newest");

    let window = async |window: Value| ids(&anna.load(&json!([window])).await.ok(200), id);
    let most = json!({"channelId": id, "limit": 9_000_000, "lastMessage": null, "filter": null});
    assert_eq!(window(most).await, all);
    let older = json!({"channelId": id, "lastMessage": all[98], "limit": 1});
    assert_eq!(window(older).await, [all[99]]);
    let rest = json!({"channelId": id, "lastMessage": all[99].to_string()});
    assert_eq!(window(rest).await.len(), 6);
    for none in [0, -5] {
        assert!(
            window(json!({"channelId": id, "lastMessage": none}))
                .await
                .is_empty()
        );
    }
    let system = json!({"channelId": id, "filter": ["channel-rename", "channel-create"]});
    assert_eq!(window(system).await.len(), 2);
    assert!(
        window(json!({"channelId": id, "filter": []}))
            .await
            .is_empty()
    );

    // The same channel twice is one entry, the later one.
    let twice = json!([{"channelId": id, "limit": 3}, {"channelId": id, "limit": 2}]);
    let loaded = anna.load(&twice).await.ok(200);
    assert_eq!(loaded["results"].as_object().unwrap().len(), 1);
    assert_eq!(ids(&loaded, id).len(), 2);
    let many: Vec<Value> = (0..51)
        .map(|_| json!({"channelId": id, "limit": 1}))
        .collect();
    anna.load(&json!(many))
        .await
        .refused("invalid-request-parameters");
    assert_eq!(anna.load(&json!(many[..50])).await.status, 200);
    world.stopped().await;
}

/// How many messages were loaded of each channel, and whether the answer says that there are more.
async fn counts(anna: &Person, load: Value, channels: &[i64]) -> (Vec<usize>, bool) {
    let answer = anna.load(&load).await;
    let is_cut = answer.header("link").is_some_and(|link| {
        assert!(
            link.ends_with("/api/channel/messages>; rel=\"next\""),
            "{link}"
        );
        true
    });
    let loaded = answer.ok(200);
    (
        channels.iter().map(|id| ids(&loaded, *id).len()).collect(),
        is_cut,
    )
}

async fn channels_share_what_one_answer_may_hold(backend: Backend) {
    let options = Options {
        settings: "LATCHKEY_LISTS__CEILING=12".to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let anna = world.person("Anna");
    let mut channels = Vec::new();
    for said in [0, 9, 19] {
        let id = world.channel(&anna, &format!("After {said}")).await;
        for nth in 0..said {
            anna.say(id, &format!("message {nth}")).await.ok(201);
        }
        channels.push(id);
    }
    // With the first message, of its making, they have 1, 10 and 20; the last is asked first.
    let all = |limit: i64| {
        let one = |id: &i64| json!({"channelId": id, "limit": limit});
        json!(channels.iter().rev().map(one).collect::<Vec<_>>())
    };
    assert_eq!(
        counts(&anna, all(100), &channels).await,
        (vec![1, 5, 6], true),
        "what the first leaves of its share is the others'"
    );
    assert_eq!(
        counts(&anna, all(4), &channels).await,
        (vec![1, 4, 4], false)
    );
    let alone = json!([{"channelId": channels[2]}]);
    assert_eq!(counts(&anna, alone, &channels[2..]).await, (vec![12], true));
    // It goes on behind the last one of each.
    let mut seen = Vec::new();
    let mut load = json!({"channelId": channels[2]});
    loop {
        let answer = anna.load(&json!([load, {"channelId": channels[1]}])).await;
        let more = ids(&answer.ok(200), channels[2]);
        let Some(last) = more.last() else { break };
        load["lastMessage"] = json!(last);
        seen.extend(more);
    }
    assert_eq!(seen.len(), 20);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
    world.stopped().await;
}

async fn long_messages_are_cut_and_go_on(backend: Backend) {
    let options = Options {
        settings: "LATCHKEY_LISTS__BYTES=60000".to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let anna = world.person("Anna");
    let mut channels = Vec::new();
    for (name, text) in [("Long", "\u{1}"), ("Wide", "ä"), ("Short", "a")] {
        let id = world.channel(&anna, name).await;
        for _ in 0..4 {
            anna.say(id, &text.repeat(4_000)).await.ok(201);
        }
        channels.push(id);
    }
    // As JSON each takes 24 kB, 8 kB or 4 kB.
    for (channel, count) in [(0, 2), (1, 5), (2, 5)] {
        let load = json!([{"channelId": channels[channel]}]);
        let (seen, is_cut) = counts(&anna, load.clone(), &channels[channel..=channel]).await;
        assert_eq!((seen, is_cut), (vec![count], count < 5), "{channel}");
        let bytes = anna.load(&load).await.text().len();
        assert!(bytes <= 60_000, "{bytes} bytes");
    }
    let load: Vec<Value> = channels.iter().map(|id| json!({"channelId": id})).collect();
    let (seen, is_cut) = counts(&anna, json!(load), &channels).await;
    assert_eq!((seen, is_cut), (vec![1, 2, 5], true));
    world.stopped().await;
}

async fn one_bad_channel_fails_all(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let mine = world.channel(&anna, "Mine").await;
    let foreign = world.channel(&berta, "Foreign").await;
    let load = |ids: &[i64]| {
        let list: Vec<Value> = ids.iter().map(|id| json!({"channelId": id})).collect();
        anna.load(&json!(list))
    };
    load(&[mine, foreign, 9999]).await.refused("no-permission");
    load(&[mine, 9999, foreign])
        .await
        .refused("channel-not-found");
    world.stopped().await;
}

async fn read_marks_stay_in_their_channel(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let other = world.channel(&anna, "Other").await;
    let first = anna.say(id, "one").await.ok(201)["messageId"]
        .as_i64()
        .unwrap();
    let second = anna.say(id, "two").await.ok(201)["messageId"]
        .as_i64()
        .unwrap();
    let foreign = anna.say(other, "three").await.ok(201)["messageId"]
        .as_i64()
        .unwrap();
    berta
        .mark_read(id, first)
        .await
        .refused("user-not-in-channel");
    berta
        .mark_read(9999, first)
        .await
        .refused("channel-not-found");
    world.join(&berta, id).await;
    for message in [foreign, 0, -1, i64::MAX] {
        anna.mark_read(id, message)
            .await
            .refused("invalid-message-id");
    }
    for message in [second, first] {
        berta.mark_read(id, message).await.done();
        assert_eq!(berta.channel_info(id).await.ok(200)["lastRead"], message);
    }
    assert_eq!(anna.channel_info(id).await.ok(200)["lastRead"], second);
    world.stopped().await;
}
