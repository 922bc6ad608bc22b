//! `POST /api/channel/messages/create`, `PUT /api/channel/messages/read`

use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{Person, has_members, house, int, is_recent, list, shape, text};

async fn last(person: &Person, channel: i64) -> (i64, i64) {
    let info = person.channel_info(channel).await.ok(200);
    (int(&info, "lastMessage"), int(&info, "lastRead"))
}

async fn a_message_is_sent(backend: Backend) {
    let house = house(backend);
    let (owner, member) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(member.join(id).await.ok(200));
    let (created, _) = last(&owner, id).await;
    let words = "hello \u{1f44b} <b>\"there\"</b>\n\u{5e9}\u{5dc}\u{5d5}\u{5dd}";
    let message = owner.say(id, words).await.ok(201);
    has_members(&message, shape::MESSAGE);
    assert_eq!(int(&message, "userId"), owner.id);
    assert_eq!(text(&message, "username"), owner.name);
    assert_eq!(text(&message, "type"), "text");
    assert_eq!(text(&message, "content"), words);
    is_recent(&message["timestamp"]);
    let number = int(&message, "messageId");
    assert!(number > created);
    // It moves the channel's last message, and for its author alone what was read.
    assert_eq!(last(&owner, id).await, (number, number));
    assert_eq!(last(&member, id).await, (number, 0));
    let loaded = member
        .load(&json!([{"channelId": id, "limit": 1}]))
        .await
        .ok(200);
    assert_eq!(
        loaded["results"][id.to_string()]["channelMessages"],
        json!([message])
    );
}

async fn content_is_text_of_bounded_length(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    let before = last(&owner, id).await;
    for bad in [String::new(), "x".repeat(4001), "\u{e9}".repeat(4001)] {
        let answer = owner.say(id, &bad).await;
        answer.refused("invalid-request-parameters");
    }
    assert_eq!(last(&owner, id).await, before);
    for good in ["x".to_owned(), " ".to_owned(), "\u{1f511}".repeat(4000)] {
        let message = owner.say(id, &good).await.ok(201);
        assert_eq!(text(&message, "content"), good);
    }
}

async fn only_text_can_be_sent(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    let before = last(&owner, id).await;
    for kind in ["channel-create", "channel-rename", "Text", "", "image"] {
        let body = json!({"channelId": id, "type": kind, "content": "forged"});
        let answer = owner.post("/api/channel/messages/create", &body).await;
        answer.refused("invalid-request-parameters");
    }
    assert_eq!(last(&owner, id).await, before);
}

async fn writing_needs_the_permission(backend: Backend) {
    let house = house(backend);
    let (owner, reader, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.public_channel().await;
    owner
        .lets_in(id, &reader, &["invite", "rename", "remove-users"])
        .await;
    let before = last(&owner, id).await;
    reader.say(id, "no").await.refused("no-permission");
    stranger.say(id, "no").await.refused("no-permission");
    for unknown in [0, -1, i64::MAX] {
        owner.say(unknown, "no").await.refused("channel-not-found");
    }
    assert_eq!(last(&owner, id).await, before);
}

async fn what_was_read_is_marked(backend: Backend) {
    let house = house(backend);
    let (owner, member, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let (id, second) = (owner.public_channel().await, owner.public_channel().await);
    drop(member.join(id).await.ok(200));
    let first = owner.says(id, "one").await;
    let newest = owner.says(id, "two").await;
    let foreign = owner.says(second, "elsewhere").await;
    member.mark_read(id, first).await.done();
    assert_eq!(last(&member, id).await, (newest, first));
    assert_eq!(
        last(&owner, id).await,
        (newest, newest),
        "one's own mark alone"
    );
    member.mark_read(id, newest).await.done();
    assert_eq!(last(&member, id).await, (newest, newest));
    for unknown in [foreign, 0, -1, i64::MAX] {
        let answer = member.mark_read(id, unknown).await;
        answer.refused("invalid-message-id");
    }
    member
        .mark_read(second, foreign)
        .await
        .refused("user-not-in-channel");
    stranger
        .mark_read(id, i64::MAX)
        .await
        .refused("user-not-in-channel");
    member
        .mark_read(i64::MAX, newest)
        .await
        .refused("channel-not-found");
    assert_eq!(last(&member, id).await, (newest, newest));
    let listed = member.channels().await.ok(200);
    assert_eq!(int(&list(&listed["channels"])[0], "lastRead"), newest);
}

async fn a_returning_member_has_read_nothing(backend: Backend) {
    let house = house(backend);
    let (owner, member) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(member.join(id).await.ok(200));
    let said = member.says(id, "bye").await;
    assert_eq!(last(&member, id).await, (said, said));
    member.leave(id).await.done();
    drop(member.join(id).await.ok(200));
    assert_eq!(last(&member, id).await, (said, 0));
}

every_shape!(
    a_message_is_sent,
    content_is_text_of_bounded_length,
    only_text_can_be_sent,
    writing_needs_the_permission,
    what_was_read_is_marked,
    a_returning_member_has_read_nothing,
);
