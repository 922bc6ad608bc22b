//! `GET /api/user/listener`: which events come, to whom, and how streams end

use std::time::Duration;

use latchkey_testing::Service;
use latchkey_testing::chat::Chat;
use latchkey_testing::{Backend, every_shape};
use serde_json::json;

use crate::house::{has_members, house, int, shape, text, unique};

async fn a_message_comes_to_all_members(backend: Backend) {
    let house = house(backend);
    let (owner, member, stranger) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.public_channel().await;
    drop(member.join(id).await.ok(200));
    let mut streams = [owner.listen().await, member.listen().await];
    let mut aside = stranger.listen().await;
    let message = owner.say(id, "hello").await.ok(201);
    let name = owner.channel_info(id).await.ok(200)["channelName"].clone();
    for stream in &mut streams {
        let data = stream.expect("channel-message").await;
        has_members(&data, shape::MESSAGE_EVENT);
        let mut expected = message.clone();
        expected["channelId"] = json!(id);
        expected["channelName"] = name.clone();
        assert_eq!(data, expected);
    }
    // The stranger hears of nothing before something of his own.
    let own = stranger.public_channel().await;
    assert_eq!(int(&aside.expect("channel-join").await, "channelId"), own);
}

async fn making_and_joining_come_to_oneself(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let (mut owners, mut guests) = (owner.listen().await, guest.listen().await);
    let made = owner
        .create_channel(&unique("heard"), "private")
        .await
        .ok(201);
    let id = int(&made, "channelId");
    let joined = owners.expect("channel-join").await;
    has_members(&joined, shape::USER_CHANNEL);
    assert_eq!(joined, made);
    let invite = owner.invites_in(id, &guest, &["write"]).await;
    let entered = guest.join_with(id, invite).await.ok(200);
    assert_eq!(guests.expect("channel-join").await, entered);
    // The creation message, the invite and the other's joining make no event for the owner.
    let said = owner.says(id, "first").await;
    assert_eq!(
        int(&owners.expect("channel-message").await, "messageId"),
        said
    );
    assert_eq!(
        int(&guests.expect("channel-message").await, "messageId"),
        said
    );
    let open = owner.public_channel().await;
    drop(owners.expect("channel-join").await);
    let entered = guest.join(open).await.ok(200);
    assert_eq!(guests.expect("channel-join").await, entered);
}

async fn a_rename_comes_to_all_members(backend: Backend) {
    let house = house(backend);
    let (owner, member) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(member.join(id).await.ok(200));
    let mut streams = [owner.listen().await, member.listen().await];
    let name = unique("renamed");
    owner.rename(id, &name).await.done();
    let last = int(&owner.channel_info(id).await.ok(200), "lastMessage");
    for stream in &mut streams {
        let data = stream.expect("channel-rename").await;
        assert_eq!(data, json!({"channelId": id, "channelName": name}));
        let message = stream.expect("channel-message").await;
        has_members(&message, shape::MESSAGE_EVENT);
        assert_eq!(text(&message, "type"), "channel-rename");
        assert_eq!(text(&message, "content"), name);
        assert_eq!(text(&message, "channelName"), name, "the new one");
        assert_eq!(int(&message, "messageId"), last);
    }
}

async fn leaving_comes_to_who_left(backend: Backend) {
    let house = house(backend);
    let (owner, leaver, removed) = (
        house.person().await,
        house.person().await,
        house.person().await,
    );
    let id = owner.public_channel().await;
    for guest in [&leaver, &removed] {
        drop(guest.join(id).await.ok(200));
    }
    let mut owners = owner.listen().await;
    let (mut leavers, mut removeds) = (leaver.listen().await, removed.listen().await);
    leaver.leave(id).await.done();
    assert_eq!(
        leavers.expect("channel-leave").await,
        json!({"channelId": id})
    );
    owner.remove_members(id, &[removed.id]).await.done();
    assert_eq!(
        removeds.expect("channel-remove").await,
        json!({"channelId": id})
    );
    // What comes after, those outside do not hear; the owner did not hear of their going.
    let said = owner.says(id, "gone").await;
    assert_eq!(
        int(&owners.expect("channel-message").await, "messageId"),
        said
    );
    for (person, stream) in [(&leaver, &mut leavers), (&removed, &mut removeds)] {
        let own = person.public_channel().await;
        assert_eq!(int(&stream.expect("channel-join").await, "channelId"), own);
    }
}

async fn read_marks_make_no_event(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    let first = owner.says(id, "one").await;
    let mut stream = owner.listen().await;
    owner.mark_read(id, first).await.done();
    let second = owner.says(id, "two").await;
    assert_eq!(
        int(&stream.expect("channel-message").await, "messageId"),
        second
    );
}

async fn every_stream_of_a_person_hears(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    let other = house
        .nobody()
        .signed_in(&owner.name, crate::house::PASSWORD)
        .await;
    let mut streams = [
        owner.listen().await,
        owner.listen().await,
        other.listen().await,
    ];
    let said = owner.says(id, "hear").await;
    let mut positions = Vec::new();
    for stream in &mut streams {
        assert_eq!(
            int(&stream.expect("channel-message").await, "messageId"),
            said
        );
        positions.push(stream.last_id().map(str::to_owned).expect("an id"));
    }
    positions.dedup();
    assert_eq!(positions.len(), 1, "the position is the same for everybody");
}

async fn the_sixth_stream_ends_the_first(backend: Backend) {
    let house = house(backend);
    let mut owner = house.person().await;
    if backend == Backend::Split {
        // Like limits by rate, streams are counted by each replica for itself.
        let base = house.stack.split().base_of(Service::Channels, 0);
        owner.chat = Chat::at(&base).with_session(owner.session());
    }
    let id = owner.public_channel().await;
    let mut streams = Vec::new();
    for _ in 0..6 {
        streams.push(owner.elsewhere().listen().await);
    }
    let mut first = streams.remove(0);
    first.end(Duration::from_secs(5)).await;
    let said = owner.says(id, "five").await;
    for stream in &mut streams {
        assert_eq!(
            int(&stream.expect("channel-message").await, "messageId"),
            said
        );
    }
}

async fn an_idle_stream_is_kept_alive(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut stream = person.listen().await;
    stream.heartbeat(Duration::from_mins(1)).await;
}

async fn an_ended_session_ends_its_streams(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut stream = person.listen().await;
    let other = house
        .nobody()
        .signed_in(&person.name, crate::house::PASSWORD)
        .await;
    let listed = other.sessions().await.ok(200);
    let sessions = crate::house::list(&listed["sessions"]);
    let first = sessions.iter().find(|session| session["current"] == false);
    let id = int(first.expect("the first session"), "sessionId");
    other.end_session(&id.to_string()).await.done();
    stream.end(Duration::from_secs(5)).await;
}

every_shape!(
    a_message_comes_to_all_members,
    making_and_joining_come_to_oneself,
    a_rename_comes_to_all_members,
    leaving_comes_to_who_left,
    read_marks_make_no_event,
    every_stream_of_a_person_hears,
    the_sixth_stream_ends_the_first,
    an_idle_stream_is_kept_alive,
    an_ended_session_ends_its_streams,
);
