//! What super users and the operator have beyond the document.

use latchkey_testing::discord::Reply;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::{Value, json};

use crate::world::{ANNA, BERT, BOSS, PATHS, World};

const LINKS: &str = "/discord/links";

impl World {
    async fn links(&self) -> Vec<Value> {
        let list = self.get(LINKS, BOSS).await.ok(200);
        list["links"].as_array().unwrap().clone()
    }

    async fn id(&self, user: i64) -> String {
        let found = self.get(PATHS[0], user).await.ok(200);
        found["inviteResponse"]["id"].as_str().unwrap().to_owned()
    }
}

async fn super_users_see_who_asked_for_whom(backend: Backend) {
    let world = World::new(backend);
    let annas = world.link(ANNA).await;
    let path = format!("{}?userId={BERT}", PATHS[0]);
    world.post(&path, BOSS).await.ok(201);
    let links = world.links().await;
    assert_eq!(links.len(), 2);
    assert_eq!(links[0]["id"], world.id(ANNA).await);
    assert_eq!(links[0]["inviteLink"], annas);
    assert_eq!(
        links[0]["requestedBy"],
        json!({"id": "2", "username": "user-2"})
    );
    assert_eq!(links[1]["user"], json!({"id": "3", "username": "user-3"}));
    assert_eq!(
        links[1]["requestedBy"],
        json!({"id": "1", "username": "user-1"})
    );
    let page = world.get("/discord/links?limit=1", BOSS).await;
    let next = page.header("link").unwrap();
    assert!(next.contains("/discord/links?limit=1&after="), "{next}");
    let next = next.split(['<', '>']).nth(1).unwrap();
    let (_, query) = next.split_once('?').unwrap();
    let second = world.get(&format!("{LINKS}?{query}"), BOSS).await;
    assert_eq!(second.header("link"), None);
    assert_eq!(second.ok(200)["links"][0], links[1]);
    for bad in ["limit=0", "limit=x", "after=x", "limit=1&limit=2"] {
        world.get(&format!("{LINKS}?{bad}"), BOSS).await.ok(400);
    }
}

async fn a_revoked_link_is_dead_and_another_one_may_follow(backend: Backend) {
    let world = World::new(backend);
    let first = world.link(ANNA).await;
    let id = world.id(ANNA).await;
    let path = format!("{LINKS}/{id}");
    let revoked = world.delete(&path, BOSS).await.ok(200);
    assert_eq!(revoked["link"]["state"], "revoked");
    assert_eq!(
        revoked["link"]["endedBy"],
        json!({"id": "1", "username": "user-1"})
    );
    assert!(world.discord.alive().is_empty());
    let asked = world.discord.asked();
    assert_eq!(asked[1].method, "DELETE");
    let reason = asked[1].header("x-audit-log-reason");
    assert_eq!(reason, Some("Latchkey: link of user 2 revoked by user 1"));
    world.get(PATHS[0], ANNA).await.ok(404);
    world.delete(&path, BOSS).await.ok(409);
    let second = world.link(ANNA).await;
    assert_ne!(first, second);
    assert_eq!(world.links().await.len(), 2);
}

async fn a_link_that_is_dead_already_is_revoked_too(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(ANNA).await;
    world.discord.use_up(link.rsplit('/').next().unwrap());
    let path = format!("{LINKS}/{}", world.id(ANNA).await);
    world.delete(&path, BOSS).await.ok(200);
    world.link(ANNA).await;
}

async fn a_link_that_discord_keeps_is_kept(backend: Backend) {
    let world = World::new(backend);
    let link = world.link(ANNA).await;
    let path = format!("{LINKS}/{}", world.id(ANNA).await);
    for reply in [
        Reply::MissingPermissions,
        Reply::Unauthorized,
        Reply::UnknownChannel,
    ] {
        world.discord.reply([reply]);
        let refused = world.delete(&path, BOSS).await.ok(502);
        let words = refused["message"].as_str().unwrap();
        assert!(
            words.starts_with("The invite was not revoked: Discord answered 40"),
            "{words}"
        );
        assert_eq!(world.get(PATHS[0], ANNA).await.ok(200)["inviteLink"], link);
    }
    // To take it back twice does no harm, so what was cut is repeated.
    world
        .discord
        .reply([Reply::CutAfterMaking, Reply::BadGateway]);
    world.delete(&path, BOSS).await.ok(200);
}

async fn it_is_for_super_users_alone(backend: Backend) {
    let world = World::new(backend);
    world.link(ANNA).await;
    let path = format!("{LINKS}/{}", world.id(ANNA).await);
    world.get(LINKS, ANNA).await.ok(403);
    world.delete(&path, ANNA).await.ok(403);
    world.get(PATHS[0], ANNA).await.ok(200);
    for unknown in [
        "1",
        "x",
        "%00",
        "%ff",
        "00000000-0000-4000-8000-000000000000",
    ] {
        world
            .delete(&format!("{LINKS}/{unknown}"), BOSS)
            .await
            .ok(404);
    }
    assert_eq!(world.discord.calls(), 1);
}

async fn revoking_has_one_winner(backend: Backend) {
    let world = World::new(backend);
    world.link(ANNA).await;
    let path = format!("{LINKS}/{}", world.id(ANNA).await);
    let answers = race(10, |_| world.delete(&path, BOSS)).await;
    let count = |status| answers.iter().filter(|a| a.status == status).count();
    assert_eq!((count(200), count(409)), (1, 9));
}

async fn the_operator_reads_the_story(backend: Backend) {
    let world = World::new(backend);
    let path = format!("{}?userId={BERT}", PATHS[0]);
    world.post(&path, BOSS).await.ok(201);
    let id = world.id(BERT).await;
    let link = format!("{LINKS}/{id}");
    world.delete(&link, BOSS).await.ok(200);
    let story = world.operator("show", &json!({"id": id})).await.ok(200);
    assert_eq!(story["made_by"], json!({"id": 1, "username": "user-1"}));
    assert_eq!(story["made_for"], json!({"id": 3, "username": "user-3"}));
    assert_eq!(
        (&story["right"], &story["state"]),
        (&json!("a super user's"), &json!("revoked"))
    );
    let history = story["history"].as_array().unwrap();
    let what: Vec<&str> = history
        .iter()
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    assert_eq!(
        what,
        [
            "asked for by user-1, for user-3",
            "made at Discord",
            "revoked by user-1"
        ]
    );
    let none = world.operator("show", &json!({"id": "5"})).await.ok(404);
    assert_eq!(none, json!({"error": "no such invitation"}));
}

both_databases!(
    super_users_see_who_asked_for_whom,
    a_revoked_link_is_dead_and_another_one_may_follow,
    a_link_that_is_dead_already_is_revoked_too,
    a_link_that_discord_keeps_is_kept,
    it_is_for_super_users_alone,
    revoking_has_one_winner,
    the_operator_reads_the_story,
);
