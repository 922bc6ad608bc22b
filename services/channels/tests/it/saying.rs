//! Many who say something at once.

use latchkey_peers::channels::Permission;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use crate::world::World;

both_databases!(ids_rise_within_a_channel, everybody_is_told_of_their_own);

async fn ids_rise_within_a_channel(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let anna = &anna;
    let mut said = race(40, |nth| async move {
        let said = anna.say(id, &format!("{nth}")).await.ok(201);
        said["messageId"].as_i64().unwrap()
    })
    .await;
    said.sort_unstable();
    said.dedup();
    assert_eq!(said.len(), 40);
    assert_eq!(anna.channel_info(id).await.ok(200)["lastMessage"], said[39]);
    world.stopped().await;
}

async fn everybody_is_told_of_their_own(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let shared = world.channel(&anna, "Shared").await;
    let hers = world.channel(&berta, "Hers").await;
    world
        .add(
            &berta,
            shared,
            &[Permission::Read, Permission::Write],
            &anna,
        )
        .await
        .unwrap();
    let (anna, berta) = (&anna, &berta);
    let said = race(32, |nth| async move {
        let text = format!("{nth}");
        let (who, channel) = match nth % 4 {
            0 => (anna, shared),
            1 => (berta, shared),
            2 => (berta, hers),
            _ => {
                anna.say(hers, &text).await.refused("no-permission");
                anna.say(9999, &text).await.refused("channel-not-found");
                return None;
            }
        };
        let answer = who.say(channel, &text).await.ok(201);
        assert_eq!(answer["content"], text);
        Some((channel, answer))
    })
    .await;
    let both = json!([{"channelId": shared}, {"channelId": hers}]);
    let loaded = berta.load(&both).await.ok(200);
    for (channel, answer) in said.into_iter().flatten() {
        let of_it = |one: &&Value| one["messageId"] == answer["messageId"];
        let found: Vec<&Value> = messages(&loaded, channel).iter().filter(of_it).collect();
        assert_eq!(found, [&answer], "kept as it was answered");
    }
    assert_eq!(
        (
            messages(&loaded, shared).len(),
            messages(&loaded, hers).len()
        ),
        (17, 9)
    );
    world.stopped().await;
}

fn messages(loaded: &Value, channel: i64) -> &[Value] {
    loaded["results"][channel.to_string()]["channelMessages"]
        .as_array()
        .unwrap()
}
