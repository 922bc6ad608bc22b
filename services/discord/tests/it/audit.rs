//! The audit log of links that were made or taken back for others.

use latchkey_testing::{Backend, both_databases};
use serde_json::{Value, json};

use crate::world::{ANNA, BERT, BOSS, PATHS, World};

both_databases!(what_is_done_for_others_is_a_row);

async fn entries(world: &World, ask: Value) -> Vec<Value> {
    let found = world.operator("audit", &ask).await.ok(200);
    found["entries"].as_array().unwrap().clone()
}

async fn what_is_done_for_others_is_a_row(backend: Backend) {
    let world = World::new(backend);
    world.link(ANNA).await;
    assert!(entries(&world, json!({})).await.is_empty());
    let berts = format!("{}?userId={BERT}", PATHS[0]);
    world.post(&berts, BOSS).await.ok(201);
    // There is one already, and nobody else may make or take back one.
    world.post(&berts, BOSS).await.ok(409);
    let links = world.get("/discord/links", BOSS).await.ok(200);
    let ids: Vec<&str> = links["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["id"].as_str().unwrap())
        .collect();
    let path = format!("/discord/links/{}", ids[0]);
    world.delete(&path, ANNA).await.ok(403);
    world.delete(&path, BOSS).await.ok(200);
    world.delete(&path, BOSS).await.ok(409);
    let revoke = json!({"id": ids[1]});
    world.operator("revoke", &revoke).await.ok(200);
    world.operator("revoke", &revoke).await.ok(409);
    let all = entries(&world, json!({})).await;
    let told: Vec<[&Value; 5]> = all
        .iter()
        .map(|one| ["what", "who", "to", "to_name", "way"].map(|name| &one[name]))
        .collect();
    let rows = [
        [
            "discord-link-revoked",
            "operator",
            "acc_3",
            ids[1],
            "operator",
        ],
        ["discord-link-revoked", "acc_1", "acc_2", ids[0], "discord"],
        ["discord-link-made", "acc_1", "acc_3", ids[1], "discord"],
    ];
    assert_eq!(
        told,
        rows.map(|row| row.map(Value::from))
            .each_ref()
            .map(<[_; 5]>::each_ref)
    );
    assert_eq!(all[1]["who_name"], "user-1");
    assert_eq!(entries(&world, json!({"to": "acc_3"})).await.len(), 2);
}
