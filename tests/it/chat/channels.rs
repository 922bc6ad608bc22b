//! `POST /api/channel/create`, `/rename`, `GET /api/channel/info`, `/api/user/channels`

use latchkey_testing::chat::problems::CHANNEL_NAME_RULE;
use latchkey_testing::{Backend, every_shape};
use serde_json::{Value, json};

use crate::house::{
    ALL, Person, has_members, house, int, is_recent, list, numbers, shape, text, unique, words,
};

async fn a_channel_is_made(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    for kind in ["public", "private"] {
        let name = unique("News");
        let channel = owner.create_channel(&name, kind).await.ok(201);
        has_members(&channel, shape::USER_CHANNEL);
        assert_eq!(text(&channel, "channelName"), name);
        assert_eq!(text(&channel, "channelType"), kind);
        assert_eq!(words(&channel["channelPerms"]), ALL);
        assert_eq!(int(&channel, "channelOwner"), owner.id);
        assert_eq!(int(&channel, "lastRead"), 0);
        is_recent(&channel["joinedAt"]);
        let id = int(&channel, "channelId");
        assert_eq!(owner.channel_info(id).await.ok(200), channel);
        let loaded = owner.load(&json!([{"channelId": id}])).await.ok(200);
        let messages = list(&loaded["results"][id.to_string()]["channelMessages"]);
        assert_eq!(messages.len(), 1);
        has_members(&messages[0], shape::MESSAGE);
        assert_eq!(messages[0]["messageId"], channel["lastMessage"]);
        assert_eq!(text(&messages[0], "type"), "channel-create");
        assert_eq!(messages[0]["content"], Value::Null);
        assert_eq!(int(&messages[0], "userId"), owner.id);
        assert_eq!(text(&messages[0], "username"), owner.name);
    }
}

async fn a_name_is_taken_once(backend: Backend) {
    let house = house(backend);
    let (owner, other) = (house.person().await, house.person().await);
    let name = unique("Café-Näme");
    drop(owner.create_channel(&name, "private").await.ok(201));
    let decomposed = name.replace('é', "e\u{301}");
    for twin in [name.clone(), name.to_uppercase(), decomposed] {
        for (person, kind) in [(&owner, "private"), (&other, "public")] {
            let answer = person.create_channel(&twin, kind).await;
            answer.refused("channel-name-taken");
        }
    }
    let mine = owner.channels().await.ok(200);
    assert_eq!(list(&mine["channels"]).len(), 1);
}

async fn bad_names_are_refused(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let channel = owner.public_channel().await;
    let long = "c".repeat(33);
    for name in [
        "",
        "abc",
        &long,
        " lead",
        "trail ",
        "\u{3000}wide",
        "con\u{1}trol",
        "new\nline",
        "zero\u{200b}width",
        "bi\u{202e}di",
        "iso\u{2069}late",
        "\u{3164}\u{3164}\u{3164}\u{3164}",
        "\u{2800}\u{2800}\u{2800}\u{2800}",
        "\u{301}\u{301}\u{301}\u{301}",
        "n\u{435}ws",
    ] {
        let detail = match name {
            "" | "abc" => "The given channel name does not meet minimum length requirements.",
            _ => CHANNEL_NAME_RULE,
        };
        owner
            .create_channel(name, "public")
            .await
            .refused_with("invalid-channel-name", detail);
        owner
            .rename(channel, name)
            .await
            .refused_with("invalid-channel-name", detail);
    }
    let mine = owner.channels().await.ok(200);
    assert_eq!(numbers(&mine["channels"], "channelId"), [channel]);
    // What usernames may not have, channels may.
    for name in [unique("a@/\\?#%"), format!("{:\u{8a9e}<32}", unique("w"))] {
        let made = owner.create_channel(&name, "public").await.ok(201);
        assert_eq!(text(&made, "channelName"), name);
    }
}

/// What nobody can see makes no other name, and no other search.
async fn names_that_look_the_same_are_taken(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let name = unique("two words");
    let made = owner.create_channel(&name, "public").await.ok(201);
    for twin in [
        format!("{name}\u{fe0f}"),
        name.replace(' ', "  "),
        name.replace(' ', "\u{a0}\u{3000}"),
        name.replace('o', "o\u{34f}"),
    ] {
        let answer = owner.create_channel(&twin, "public").await;
        answer.refused("channel-name-taken");
        let found = owner.search(&twin).await.ok(200);
        assert_eq!(list(&found["results"])[0]["channelId"], made["channelId"]);
    }
    let mixed = unique("\u{427}\u{430}\u{442} about");
    let made = owner.create_channel(&mixed, "public").await.ok(201);
    assert_eq!(text(&made, "channelName"), mixed);
}

async fn the_type_is_public_or_private(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    for kind in ["", "Public", "secret", "public "] {
        let answer = owner.create_channel(&unique("type"), kind).await;
        answer.refused("invalid-request-parameters");
    }
    assert_eq!(owner.channels().await.ok(200), json!({"channels": []}));
}

async fn info_is_for_members(backend: Backend) {
    let house = house(backend);
    let (owner, other) = (house.person().await, house.person().await);
    let (open, shut) = (owner.public_channel().await, owner.private_channel().await);
    for channel in [open, shut] {
        other.channel_info(channel).await.refused("no-permission");
    }
    for unknown in [0, -1, 1 << 40, i64::MAX, i64::MIN] {
        owner
            .channel_info(unknown)
            .await
            .refused("channel-not-found");
    }
    let path = format!("/api/channel/info?unknown=1&channelId={open}");
    drop(owner.get(path).await.ok(200));
}

async fn a_rename_is_told_by_a_message(backend: Backend) {
    let house = house(backend);
    let (owner, member) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(member.join(id).await.ok(200));
    let before = owner.channel_info(id).await.ok(200);
    let name = unique("Renamed");
    owner.rename(id, &name).await.done();
    for person in [&owner, &member] {
        let after = person.channel_info(id).await.ok(200);
        assert_eq!(text(&after, "channelName"), name);
        assert!(int(&after, "lastMessage") > int(&before, "lastMessage"));
        let loaded = person
            .load(&json!([{"channelId": id, "limit": 1}]))
            .await
            .ok(200);
        let result = &loaded["results"][id.to_string()];
        assert_eq!(text(result, "channelName"), name);
        let message = &result["channelMessages"][0];
        assert_eq!(message["messageId"], after["lastMessage"]);
        assert_eq!(text(message, "type"), "channel-rename");
        assert_eq!(text(message, "content"), name);
        assert_eq!(int(message, "userId"), owner.id);
    }
}

async fn renaming_checks_in_order(backend: Backend) {
    let house = house(backend);
    let (owner, other) = (house.person().await, house.person().await);
    let (id, second) = (owner.public_channel().await, owner.public_channel().await);
    let name_of = async |id| {
        let info = owner.channel_info(id).await.ok(200);
        text(&info, "channelName").to_owned()
    };
    let (own, taken) = (name_of(id).await, name_of(second).await);
    other
        .rename(i64::MAX, "abc")
        .await
        .refused("invalid-channel-name");
    other
        .rename(i64::MAX, &taken)
        .await
        .refused("channel-not-found");
    other.rename(id, &taken).await.refused("no-permission");
    drop(other.join(id).await.ok(200));
    other
        .rename(id, &unique("mine"))
        .await
        .refused("no-permission");
    owner.rename(id, &taken).await.refused("channel-name-taken");
    owner
        .rename(id, &taken.to_uppercase())
        .await
        .refused("channel-name-taken");
    owner.rename(id, &own).await.refused("channel-name-taken");
    assert_eq!(name_of(id).await, own);
    // The old name is free afterwards, the new one is not.
    let new = unique("moved");
    owner.rename(id, &new).await.done();
    other
        .create_channel(&new, "public")
        .await
        .refused("channel-name-taken");
    drop(other.create_channel(&own, "public").await.ok(201));
}

async fn the_right_to_rename_can_be_given(backend: Backend) {
    let house = house(backend);
    let (owner, editor) = (house.person().await, house.person().await);
    let id = owner.private_channel().await;
    owner.lets_in(id, &editor, &["rename"]).await;
    editor.rename(id, &unique("edited")).await.done();
}

async fn my_channels_are_listed_and_paged(backend: Backend) {
    let house = house(backend);
    let (person, other) = (house.person().await, house.person().await);
    let mut expected = Vec::new();
    for _ in 0..5 {
        expected.push(person.public_channel().await);
    }
    other.public_channel().await;
    let whole = person.channels().await;
    assert_eq!(whole.next_page(), None);
    let whole = whole.ok(200);
    has_members(&whole, &["channels"]);
    for channel in list(&whole["channels"]) {
        let alone = person.channel_info(int(channel, "channelId")).await;
        assert_eq!(*channel, alone.ok(200));
    }
    assert_eq!(numbers(&whole["channels"], "channelId"), expected);
    assert_eq!(pages(&person, "/api/user/channels?limit=2").await, expected);
}

async fn pages(person: &Person, first: &str) -> Vec<i64> {
    let mut seen = Vec::new();
    let mut path = Some(first.to_owned());
    while let Some(at) = path {
        let answer = person.get(at).await;
        path = answer.next_page();
        let ids = numbers(&answer.ok(200)["channels"], "channelId");
        assert!((1..=2).contains(&ids.len()), "{ids:?}");
        seen.extend(ids);
    }
    seen
}

every_shape!(
    a_channel_is_made,
    a_name_is_taken_once,
    bad_names_are_refused,
    names_that_look_the_same_are_taken,
    the_type_is_public_or_private,
    info_is_for_members,
    a_rename_is_told_by_a_message,
    renaming_checks_in_order,
    the_right_to_rename_can_be_given,
    my_channels_are_listed_and_paged,
);
