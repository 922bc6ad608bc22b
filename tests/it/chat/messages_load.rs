//! `POST /api/channel/messages`

use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use crate::house::{Person, has_members, house, int, list, numbers, text, unique};

/// Message ids of one entry, newest first as they came.
async fn ids(person: &Person, channel: i64, entry: Value) -> Vec<i64> {
    let loaded = person.load(&json!([entry])).await.ok(200);
    numbers(
        &loaded["results"][channel.to_string()]["channelMessages"],
        "messageId",
    )
}

async fn the_newest_come_first(backend: Backend) {
    let house = house(backend);
    let (owner, late) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    let created = int(&owner.channel_info(id).await.ok(200), "lastMessage");
    let mut all = vec![created];
    for n in 0..4 {
        all.insert(0, owner.says(id, &format!("message {n}")).await);
    }
    // Newcomers see the whole history.
    drop(late.join(id).await.ok(200));
    let loaded = late.load(&json!([{"channelId": id}])).await.ok(200);
    has_members(&loaded, &["results"]);
    let result = &loaded["results"][id.to_string()];
    has_members(result, &["channelId", "channelName", "channelMessages"]);
    assert_eq!(int(result, "channelId"), id);
    assert_eq!(numbers(&result["channelMessages"], "messageId"), all);
    assert_eq!(
        ids(&late, id, json!({"channelId": id, "limit": 2})).await,
        all[..2]
    );
    let older = json!({"channelId": id, "lastMessage": all[1], "limit": 2});
    assert_eq!(ids(&late, id, older).await, all[2..4]);
    let digits =
        json!({"channelId": id.to_string(), "lastMessage": all[1].to_string(), "limit": "2"});
    assert_eq!(ids(&late, id, digits).await, all[2..4]);
    let nulls = json!({"channelId": id, "lastMessage": null, "limit": null, "filter": null});
    assert_eq!(ids(&late, id, nulls).await, all);
    let oldest = json!({"channelId": id, "lastMessage": created});
    assert!(ids(&late, id, oldest).await.is_empty());
    let beyond = json!({"channelId": id, "lastMessage": i64::MAX});
    assert_eq!(ids(&late, id, beyond).await, all);
}

async fn a_filter_chooses_types(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    owner.says(id, "text").await;
    owner.rename(id, &unique("filtered")).await.done();
    let kinds = async |filter: Value| {
        let entry = json!([{"channelId": id, "filter": filter}]);
        let loaded = owner.load(&entry).await.ok(200);
        let messages = &loaded["results"][id.to_string()]["channelMessages"];
        let kinds = list(messages).iter().map(|m| text(m, "type").to_owned());
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(kinds(json!(["text"])).await, ["text"]);
    assert_eq!(
        kinds(json!(["channel-create", "text"])).await,
        ["text", "channel-create"]
    );
    assert_eq!(
        kinds(json!(["channel-rename", "channel-rename"])).await,
        ["channel-rename"]
    );
    for bad in [
        json!(["image"]),
        json!(["TEXT"]),
        json!([1]),
        json!("text"),
        json!([null]),
    ] {
        let answer = owner.load(&json!([{"channelId": id, "filter": bad}])).await;
        answer.refused("invalid-request-parameters");
    }
    assert_eq!(
        owner
            .load(&json!([{"channelId": id, "filter": []}]))
            .await
            .status,
        200
    );
}

async fn at_most_a_hundred_come(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    for n in 0..105 {
        owner.says(id, &n.to_string()).await;
    }
    assert_eq!(ids(&owner, id, json!({"channelId": id})).await.len(), 100);
    for limit in [100, 101, 1_000_000] {
        let entry = json!({"channelId": id, "limit": limit});
        assert_eq!(ids(&owner, id, entry).await.len(), 100, "limit {limit}");
    }
    assert_eq!(
        ids(&owner, id, json!({"channelId": id, "limit": 99}))
            .await
            .len(),
        99
    );
    for bad in [json!(-1), json!(1.5), json!("x"), json!(true)] {
        let answer = owner.load(&json!([{"channelId": id, "limit": bad}])).await;
        answer.refused("invalid-request-parameters");
    }
}

async fn several_channels_at_once(backend: Backend) {
    let house = house(backend);
    let (owner, stranger) = (house.person().await, house.person().await);
    let (one, two) = (owner.public_channel().await, owner.private_channel().await);
    let foreign = stranger.public_channel().await;
    let loaded = owner
        .load(&json!([{"channelId": one}, {"channelId": two}]))
        .await
        .ok(200);
    let (one_key, two_key) = (one.to_string(), two.to_string());
    has_members(&loaded["results"], &[&one_key, &two_key]);
    let twice = json!([{"channelId": one}, {"channelId": one}]);
    has_members(&owner.load(&twice).await.ok(200)["results"], &[&one_key]);
    assert_eq!(owner.load(&json!([])).await.ok(200), json!({"results": {}}));
    // One bad entry fails all.
    let mixed = json!([{"channelId": one}, {"channelId": foreign}]);
    owner.load(&mixed).await.refused("no-permission");
    let unknown = json!([{"channelId": one}, {"channelId": i64::MAX}]);
    owner.load(&unknown).await.refused("channel-not-found");
    let first = json!([{"channelId": foreign}, {"channelId": 0}]);
    owner.load(&first).await.refused("no-permission");
}

async fn the_load_is_bounded(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    let entries = |n: usize| Value::Array(vec![json!({"channelId": id}); n]);
    drop(owner.load(&entries(50)).await.ok(200));
    let answer = owner.load(&entries(51)).await;
    answer.refused("invalid-request-parameters");
}

async fn membership_is_enough(backend: Backend) {
    let house = house(backend);
    let (owner, reader) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    owner.lets_in(id, &reader, &[]).await;
    assert_eq!(ids(&reader, id, json!({"channelId": id})).await.len(), 1);
}

every_shape!(
    the_newest_come_first,
    a_filter_chooses_types,
    at_most_a_hundred_come,
    several_channels_at_once,
    the_load_is_bounded,
    membership_is_enough,
);
