//! What becomes of channels and messages when somebody deletes the account.

use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_peers::channels::Permission;
use latchkey_peers::channels::own::OwnAsk;
use latchkey_peers::users::{DELETED, Part};
use latchkey_testing::{Backend, both_databases, eventually};
use serde_json::{Value, json};

use crate::world::{Person, World};

both_databases!(
    they_leave_every_channel_and_their_messages_stay,
    a_channel_goes_to_whoever_has_looked_after_it_longest,
    a_channel_goes_to_whoever_is_locked_only_where_all_are,
    whatever_comes_late_is_forgotten_too,
    what_somebody_wrote_is_read_in_pieces,
);

impl World {
    async fn forgotten(&self, who: &Person) {
        eventually(Duration::from_secs(5), "to be forgotten", async || {
            let is = self.users.is_forgotten(Part::Channels, UserId(who.id));
            is.then_some(())
        })
        .await;
    }
}

/// Who said what, the oldest first.
async fn said(reader: &Person, channel: i64) -> Vec<(Value, Value)> {
    let all = reader.load(&json!([{"channelId": channel}])).await.ok(200);
    let found = &all["results"][channel.to_string()]["channelMessages"];
    let found = found.as_array().unwrap().iter().rev();
    found
        .map(|one| (one["username"].clone(), one["content"].clone()))
        .collect()
}

async fn they_leave_every_channel_and_their_messages_stay(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    let alone = world.channel(&berta, "Diary").await;
    world.join(&berta, id).await;
    berta.say(id, "hello").await.ok(201);
    anna.say(id, "welcome").await.ok(201);
    world.users.delete(UserId(berta.id));
    world.forgotten(&berta).await;
    // Every answer has the shape of before; `said` is held against the document.
    assert_eq!(
        said(&anna, id).await[1..],
        [
            (json!(DELETED), json!("hello")),
            (json!("Anna"), json!("welcome"))
        ]
    );
    let members = anna.members(id).await.ok(200);
    assert_eq!(members["users"].as_array().unwrap().len(), 1, "{members}");
    anna.channel_info(alone).await.refused("channel-not-found");
    assert_eq!(world.channel(&anna, "Diary").await, alone + 1);
    world.stopped().await;
}

async fn a_channel_goes_to_whoever_has_looked_after_it_longest(backend: Backend) {
    let world = World::start(backend).await;
    let [anna, berta, cora, dora] =
        ["Anna", "Berta", "Cora", "Dora"].map(|name| world.person(name));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    for manager in [&cora, &dora] {
        let may = [Permission::Read, Permission::RemoveUsers];
        world.add(manager, id, &may, &anna).await.unwrap();
    }
    world.users.delete(UserId(anna.id));
    world.forgotten(&anna).await;
    let info = cora.channel_info(id).await.ok(200);
    assert_eq!(info["channelOwner"], cora.id, "{info}");
    assert_eq!(info["channelPerms"].as_array().unwrap().len(), 5);
    // Two at once: whoever is left has it.
    world.users.delete(UserId(cora.id));
    world.users.delete(UserId(dora.id));
    world.forgotten(&cora).await;
    world.forgotten(&dora).await;
    assert_eq!(
        berta.channel_info(id).await.ok(200)["channelOwner"],
        berta.id
    );
    world.stopped().await;
}

async fn a_channel_goes_to_whoever_is_locked_only_where_all_are(backend: Backend) {
    let world = World::start(backend).await;
    let [anna, berta, cora] = ["Anna", "Berta", "Cora"].map(|name| world.person(name));
    let id = world.channel(&anna, "News").await;
    let may = [Permission::Read, Permission::RemoveUsers];
    world.add(&berta, id, &may, &anna).await.unwrap();
    world.join(&cora, id).await;
    world.users.lock(UserId(berta.id), true);
    world.users.delete(UserId(anna.id));
    world.forgotten(&anna).await;
    let info = cora.channel_info(id).await.ok(200);
    assert_eq!(info["channelOwner"], cora.id, "{info}");
    world.users.delete(UserId(cora.id));
    world.forgotten(&cora).await;
    world.users.lock(UserId(berta.id), false);
    let info = berta.channel_info(id).await.ok(200);
    assert_eq!(info["channelOwner"], berta.id, "{info}");
    world.stopped().await;
}

/// A request that was on its way comes to something after all.
async fn whatever_comes_late_is_forgotten_too(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.users.delete(UserId(berta.id));
    world.forgotten(&berta).await;
    world.join(&berta, id).await;
    eventually(Duration::from_secs(5), "to be out again", async || {
        let members = anna.members(id).await.ok(200);
        (members["users"].as_array().unwrap().len() == 1).then_some(())
    })
    .await;
    world.stopped().await;
}

async fn what_somebody_wrote_is_read_in_pieces(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    for nth in 0..120 {
        let author = if nth % 6 == 5 { &berta } else { &anna };
        author.say(id, &format!("line {nth}")).await.ok(201);
    }
    // Also where they are no more.
    anna.leave_to(id, berta.id).await.done();
    let (mut after, mut pieces, mut said) = (0, 0, Vec::new());
    loop {
        let user = UserId(anna.id);
        let piece = world
            .peer
            .own_messages(OwnAsk { user, after })
            .await
            .unwrap();
        pieces += 1;
        assert!(piece.rows.len() <= 100 && pieces < 5);
        said.extend(piece.rows.into_iter().filter_map(|one| one.content));
        match piece.next {
            Some(next) => after = next,
            None => break,
        }
    }
    let wanted = (0..120).filter(|nth| nth % 6 != 5);
    assert_eq!(
        said,
        wanted.map(|nth| format!("line {nth}")).collect::<Vec<_>>()
    );
    assert_eq!(pieces, 2);
    world.stopped().await;
}
