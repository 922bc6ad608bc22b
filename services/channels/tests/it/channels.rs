//! Making, naming, finding and listing channels.

use std::collections::BTreeSet;

use latchkey_testing::chat::members;
use latchkey_testing::{Backend, both_databases, race};
use serde_json::json;

use crate::world::{Options, World};

both_databases!(
    a_made_channel_is_its_makers,
    names_are_checked_and_unique,
    one_of_thirty_gets_a_name,
    renaming_says_so,
    search_finds_parts_of_public_names,
    long_lists_are_cut_and_say_so,
    one_person_owns_so_many_and_no_more,
);

async fn a_made_channel_is_its_makers(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let made = anna.create_channel("News", "private").await.ok(201);
    let id = made["channelId"].as_i64().unwrap();
    assert_eq!(
        members(&made),
        BTreeSet::from([
            "channelId",
            "channelName",
            "channelType",
            "channelPerms",
            "channelOwner",
            "lastMessage",
            "lastRead",
            "joinedAt"
        ])
    );
    assert_eq!(
        made["channelPerms"],
        json!(["read", "write", "invite", "rename", "remove-users"])
    );
    assert_eq!(made["channelOwner"], anna.id);
    assert_eq!(made["lastRead"], 0);
    assert_eq!(anna.channel_info(id).await.ok(200), made);
    assert_eq!(anna.channels().await.ok(200), json!({"channels": [made]}));

    let loaded = anna.load(&json!([{"channelId": id}])).await.ok(200);
    let first = &loaded["results"][id.to_string()]["channelMessages"][0];
    assert_eq!(first["messageId"], made["lastMessage"]);
    assert_eq!(first["type"], "channel-create");
    assert!(first["content"].is_null());

    let berta = world.person("Berta");
    berta.channel_info(id).await.refused("no-permission");
    berta
        .channel_info(id + 1)
        .await
        .refused("channel-not-found");
    for id in ["0", "-1", "9223372036854775807"] {
        let path = format!("/api/channel/info?channelId={id}");
        berta.get(path).await.refused("channel-not-found");
    }
    assert_eq!(berta.channels().await.ok(200), json!({"channels": []}));
    world.stopped().await;
}

async fn names_are_checked_and_unique(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    for bad in ["abc", "", " News", "News ", "Ne\u{202e}ws", &"x".repeat(33)] {
        let answer = anna.create_channel(bad, "public").await;
        answer.refused("invalid-channel-name");
    }
    let id = world.channel(&anna, "Straße").await;
    for same in ["Straße", "STRASSE", "straße"] {
        let answer = anna.create_channel(same, "private").await;
        answer.refused("channel-name-taken");
    }
    // Closing gives the name free.
    anna.leave(id).await.done();
    world.channel(&anna, "strasse").await;
    world.stopped().await;
}

async fn one_of_thirty_gets_a_name(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let other = world.channel(&anna, "Other").await;
    let (anna, other) = (&anna, other);
    let statuses = race(30, |nth| async move {
        let anna = anna.elsewhere();
        if nth % 5 == 0 {
            anna.rename(other, "Wanted").await.status
        } else {
            anna.create_channel("Wanted", "public").await.status
        }
    })
    .await;
    let won = statuses.iter().filter(|status| **status < 300).count();
    assert_eq!(won, 1, "{statuses:?}");
    assert!(
        statuses
            .iter()
            .all(|status| [200, 201, 409].contains(status)),
        "{statuses:?}"
    );
    world.stopped().await;
}

async fn renaming_says_so(backend: Backend) {
    let world = World::start(backend).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let id = world.channel(&anna, "News").await;
    world.channel(&anna, "Taken").await;
    world.join(&berta, id).await;

    anna.rename(id, "abc").await.refused("invalid-channel-name");
    anna.rename(9999, "abc")
        .await
        .refused("invalid-channel-name");
    anna.rename(9999, "Fine").await.refused("channel-not-found");
    berta.rename(id, "Taken").await.refused("no-permission");
    world
        .person("Cora")
        .rename(id, "Fine")
        .await
        .refused("no-permission");
    for name in ["Taken", "TAKEN", "News", "NEWS"] {
        anna.rename(id, name).await.refused("channel-name-taken");
    }
    anna.rename(id, "Weather").await.done();

    let info = anna.channel_info(id).await.ok(200);
    assert_eq!(info["channelName"], "Weather");
    let loaded = berta.load(&json!([{"channelId": id}])).await.ok(200);
    let newest = &loaded["results"][id.to_string()]["channelMessages"][0];
    assert_eq!(newest["type"], "channel-rename");
    assert_eq!(newest["content"], "Weather");
    assert_eq!(newest["userId"], anna.id);
    assert_eq!(newest["messageId"], info["lastMessage"]);
    world.channel(&anna, "News").await;
    world.stopped().await;
}

async fn search_finds_parts_of_public_names(backend: Backend) {
    let world = World::start(backend).await;
    let anna = world.person("Anna");
    let big = world.channel(&anna, "Big NEWS today").await;
    let odd = world.channel(&anna, "100%_\\sure").await;
    let gone = world.channel(&anna, "Old news").await;
    anna.create_channel("Secret news", "private").await.ok(201);
    anna.leave(gone).await.done();

    let found = async |keyword: &str| -> Vec<i64> {
        let results = anna.search(keyword).await.ok(200);
        let results = results["results"].as_array().unwrap().clone();
        results
            .iter()
            .map(|hit| hit["channelId"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(found("news").await, [big]);
    assert_eq!(found("ＮＥＷＳ").await, [big]);
    for literal in ["%", "_", "\\", "%_\\"] {
        assert_eq!(found(literal).await, [odd], "{literal}");
    }
    assert_eq!(found("").await, [big, odd]);
    assert_eq!(found("n_ws").await, Vec::<i64>::new());
    let hit = &anna.search("big").await.ok(200)["results"][0];
    assert_eq!(
        hit,
        &json!({"channelId": big, "channelName": "Big NEWS today", "channelType": "public"})
    );
    for bad in ["/api/channel/search", "/api/channel/search?keyword=%00"] {
        anna.get(bad).await.refused("invalid-request-parameters");
    }
    anna.search(&"x".repeat(60_000))
        .await
        .refused("invalid-request-parameters");
    world.stopped().await;
}

async fn long_lists_are_cut_and_say_so(backend: Backend) {
    let options = Options {
        settings: "LATCHKEY_LISTS__CEILING=2".to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let anna = world.person("Anna");
    let mut made = Vec::new();
    for nth in 0..5 {
        made.push(world.channel(&anna, &format!("Channel {nth}")).await);
    }
    for (first, list) in [
        ("/api/user/channels", "channels"),
        ("/api/channel/search?keyword=channel", "results"),
    ] {
        let mut seen = Vec::new();
        let mut next = Some(first.to_owned());
        while let Some(path) = next {
            let answer = anna.get(path).await;
            next = answer.next_page();
            let body = answer.ok(200);
            let rows = body[list].as_array().unwrap().clone();
            assert!(rows.len() <= 2);
            seen.extend(rows.iter().map(|row| row["channelId"].as_i64().unwrap()));
        }
        assert_eq!(seen, made);
    }
    for nth in 0..2 {
        world
            .join(&world.person(&format!("Person {nth}")), made[0])
            .await;
    }
    let answer = anna.members(made[0]).await;
    let next = answer.next_page().unwrap();
    assert_eq!(answer.ok(200)["users"].as_array().unwrap().len(), 2);
    let rest = anna.get(next).await;
    assert_eq!(rest.next_page(), None);
    assert_eq!(rest.ok(200)["users"].as_array().unwrap().len(), 1);
    world.stopped().await;
}

/// Also where all are made at once; a channel that closes or is handed over makes room.
async fn one_person_owns_so_many_and_no_more(backend: Backend) {
    let settings = "LATCHKEY_RATE_LIMITS=on LATCHKEY_CHANNELS__CHANNELS_PER_PERSON=5";
    let options = Options {
        settings: settings.to_owned(),
        ..Options::default()
    };
    let world = World::with(backend, options).await;
    let (anna, berta) = (world.person("Anna"), world.person("Berta"));
    let names: Vec<String> = (0..12).map(|nth| format!("Channel {nth}")).collect();
    let answers = race(12, async |nth| {
        anna.create_channel(&names[nth], "public").await
    })
    .await;
    let made = answers.iter().filter(|one| one.status == 201);
    let made: Vec<i64> = made
        .map(|one| one.json()["channelId"].as_i64().unwrap())
        .collect();
    assert_eq!(made.len(), 5);
    for refused in answers.iter().filter(|one| one.status != 201) {
        refused.refused("too-many-channels");
    }
    let more = || anna.create_channel("One more", "private");
    let with_key = more().header("Idempotency-Key", "k").await;
    with_key.refused("too-many-channels");
    // Others have their own.
    drop(berta.create_channel("Her own", "public").await.ok(201));
    anna.leave(made[0]).await.done();
    drop(more().header("Idempotency-Key", "k").await.ok(201));
    more().await.refused("too-many-channels");
    world.join(&berta, made[1]).await;
    anna.leave_to(made[1], berta.id).await.done();
    drop(anna.create_channel("The last", "private").await.ok(201));
    world.stopped().await;
}
