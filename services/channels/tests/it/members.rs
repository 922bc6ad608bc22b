//! Leaving, and removing others.

use latchkey_peers::channels::Permission;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::World;

both_databases!(
    members_are_listed_to_members,
    an_owner_leaves_to_an_heir,
    the_last_one_closes_the_channel,
    removal_is_all_or_nothing,
    removing_and_leaving_race,
);

async fn members_are_listed_to_members(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    berta.members(id).await.refused("no-permission");
    berta.members(9999).await.refused("channel-not-found");
    world.join(&berta, id).await;
    let users = berta.members(id).await.ok(200)["users"].clone();
    assert_eq!(users[0]["username"], "Anna");
    assert_eq!(users[1]["userId"], berta.id);
    assert_eq!(users[1]["userPerms"], json!(["read", "write", "invite"]));
    assert!(users[1]["joinedAt"].as_i64().unwrap() > 1_700_000_000);
    assert_eq!(users.as_array().unwrap().len(), 2);
    world.stopped().await;
}

async fn an_owner_leaves_to_an_heir(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta, cora) = (
        world.person("Anna"),
        world.person("Berta"),
        world.person("Cora"),
    );
    let id = world.channel(&anna, "News").await;
    anna.leave(9999).await.refused("channel-not-found");
    berta.leave(id).await.refused("user-not-in-channel");
    world.join(&berta, id).await;
    anna.leave(id).await.refused("select-owner");
    anna.leave_to(id, anna.id).await.refused("select-owner");
    anna.leave_to(id, cora.id)
        .await
        .refused("user-not-in-channel");
    anna.leave_to(id, berta.id).await.done();
    let info = berta.channel_info(id).await.ok(200);
    assert_eq!(info["channelOwner"], berta.id);
    assert_eq!(
        info["channelPerms"],
        json!(["read", "write", "invite", "rename", "remove-users"])
    );
    anna.channel_info(id).await.refused("no-permission");
    // A plain member's heir is ignored, even one who is nobody.
    world.join(&cora, id).await;
    cora.leave_to(id, 4711).await.done();
    assert_eq!(
        berta.channel_info(id).await.ok(200)["channelOwner"],
        berta.id
    );
    world.stopped().await;
}

async fn the_last_one_closes_the_channel(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let id = world.channel(&anna, "News").await;
    let body = json!({"channelId": id.to_string(), "newOwner": null, "unknown": 1});
    anna.post("/api/channel/leave", &body).await.done();
    anna.channel_info(id).await.refused("channel-not-found");
    anna.members(id).await.refused("channel-not-found");
    anna.say(id, "hello").await.refused("channel-not-found");
    anna.rename(id, "Other").await.refused("channel-not-found");
    anna.mark_read(id, 1).await.refused("channel-not-found");
    anna.leave(id).await.refused("channel-not-found");
    anna.remove_members(id, &[7])
        .await
        .refused("channel-not-found");
    anna.load(&json!([{"channelId": id}]))
        .await
        .refused("channel-not-found");
    assert_eq!(anna.channels().await.ok(200), json!({"channels": []}));
    assert_ne!(world.channel(&anna, "News").await, id);
    world.stopped().await;
}

async fn removal_is_all_or_nothing(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let (berta, cora) = (world.person("Berta"), world.person("Cora"));
    let stranger = world.person("Dora");
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    let rights = [Permission::Read, Permission::RemoveUsers];
    world.add(&cora, id, &rights, &anna).await.unwrap();

    anna.remove_members(9999, &[berta.id])
        .await
        .refused("channel-not-found");
    berta
        .remove_members(id, &[berta.id])
        .await
        .refused("cannot-self-remove");
    stranger
        .remove_members(id, &[stranger.id])
        .await
        .refused("cannot-self-remove");
    berta
        .remove_members(id, &[cora.id])
        .await
        .refused("no-permission");
    stranger
        .remove_members(id, &[cora.id])
        .await
        .refused("no-permission");
    for (list, refusal) in [
        (vec![berta.id, stranger.id], "user-not-in-channel"),
        (vec![berta.id, 0], "user-not-in-channel"),
        (vec![berta.id, anna.id], "cant-remove-owner"),
        (vec![berta.id, cora.id], "cannot-self-remove"),
    ] {
        cora.remove_members(id, &list).await.refused(refusal);
        assert_eq!(berta.channel_info(id).await.status, 200);
    }
    anna.remove_members(id, &[]).await.done();
    let many: Vec<i64> = (10_000..11_001).collect();
    anna.remove_members(id, &many)
        .await
        .refused("invalid-request-parameters");
    // Repeats are one removal.
    cora.remove_members(id, &[berta.id, berta.id]).await.done();
    berta.channel_info(id).await.refused("no-permission");
    anna.remove_members(id, &[berta.id])
        .await
        .refused("user-not-in-channel");
    world.join(&berta, id).await;
    anna.remove_members(id, &[cora.id, berta.id]).await.done();
    assert_eq!(
        anna.members(id).await.ok(200)["users"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    world.stopped().await;
}

async fn removing_and_leaving_race(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.join(&berta, id).await;
    let (anna_, berta_) = (&anna, &berta);
    let statuses = race(20, |nth| async move {
        if nth % 2 == 0 {
            anna_
                .elsewhere()
                .remove_members(id, &[berta_.id])
                .await
                .status
        } else {
            berta_.elsewhere().leave(id).await.status
        }
    })
    .await;
    let won = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(won, 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)));
    world.stopped().await;
}
