//! `GET /api/user/listener` with `Last-Event-ID`: what was missed comes first, once, in order

use latchkey_testing::chat::Listener;
use latchkey_testing::{Backend, every_shape, race};
use serde_json::json;

use crate::house::{Person, house, int};

/// The message ids of the next `n` events.
async fn messages(stream: &mut Listener, n: usize) -> Vec<i64> {
    let mut ids = Vec::new();
    for _ in 0..n {
        ids.push(int(&stream.expect("channel-message").await, "messageId"));
    }
    ids
}

/// An event of `person`'s own, and the position that it had.
async fn position(person: &Person, stream: &mut Listener, channel: i64) -> String {
    let said = person.says(channel, "mark").await;
    assert_eq!(messages(stream, 1).await, [said]);
    stream.last_id().expect("an id").to_owned()
}

async fn what_was_missed_is_replayed(backend: Backend) {
    let house = house(backend);
    let (owner, member) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(member.join(id).await.ok(200));
    let mut stream = member.listen().await;
    let mark = position(&member, &mut stream, id).await;
    drop(stream);
    let mut missed = Vec::new();
    for n in 0..5 {
        missed.push(owner.says(id, &n.to_string()).await);
    }
    let mut stream = member.listen_after(Some(&mark)).await;
    assert_eq!(messages(&mut stream, 5).await, missed);
    let live = owner.says(id, "live").await;
    assert_eq!(messages(&mut stream, 1).await, [live]);
    // Resumed at the newest event: nothing again.
    let newest = stream.last_id().expect("an id").to_owned();
    let mut stream = member.listen_after(Some(&newest)).await;
    let next = owner.says(id, "next").await;
    assert_eq!(messages(&mut stream, 1).await, [next]);
}

async fn positions_rise_through_every_kind_of_event(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let mut stream = person.listen().await;
    let id = person.public_channel().await;
    person.says(id, "one").await;
    person
        .rename(id, &crate::house::unique("rising"))
        .await
        .done();
    person.leave(id).await.done();
    let mut positions: Vec<i64> = Vec::new();
    for name in [
        "channel-join",
        "channel-message",
        "channel-rename",
        "channel-message",
        "channel-leave",
    ] {
        drop(stream.expect(name).await);
        positions.push(stream.last_id().expect("an id").parse().expect("a number"));
    }
    assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
}

async fn nothing_comes_from_before_joining_or_after_removal(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let (id, own) = (owner.public_channel().await, guest.public_channel().await);
    let mut stream = guest.listen().await;
    let mark = position(&guest, &mut stream, own).await;
    drop(stream);
    owner.says(id, "before").await;
    drop(guest.join(id).await.ok(200));
    let heard = owner.says(id, "during").await;
    owner.remove_members(id, &[guest.id]).await.done();
    owner.says(id, "after").await;
    let last = guest.says(own, "own").await;
    let mut stream = guest.listen_after(Some(&mark)).await;
    assert_eq!(int(&stream.expect("channel-join").await, "channelId"), id);
    assert_eq!(messages(&mut stream, 1).await, [heard]);
    assert_eq!(
        stream.expect("channel-remove").await,
        json!({"channelId": id})
    );
    assert_eq!(messages(&mut stream, 1).await, [last]);
}

async fn an_unknown_position_asks_to_resync(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let id = person.public_channel().await;
    for unknown in [
        "9223372036854775807",
        "99999999999",
        "-5",
        "abc",
        "1.5",
        "18446744073709551616",
    ] {
        let mut stream = person.listen_after(Some(unknown)).await;
        let first = stream.next().await;
        assert_eq!(first.name, "resync", "{unknown}: {first:?}");
        let said = person.says(id, "live").await;
        assert_eq!(messages(&mut stream, 1).await, [said], "{unknown}");
    }
}

async fn many_writers_are_heard_in_one_order(backend: Backend) {
    let house = house(backend);
    let owner = house.person().await;
    let id = owner.public_channel().await;
    let (mut first, mut second) = (owner.listen().await, owner.elsewhere().listen().await);
    let mark = position(&owner, &mut first, id).await;
    drop(messages(&mut second, 1).await);
    let sent = race(40, |n| {
        let owner = owner.clone();
        async move { owner.says(id, &n.to_string()).await }
    })
    .await;
    let mut expected = sent.clone();
    expected.sort_unstable();
    // Within a channel ids rise in the order in which they are heard.
    assert_eq!(messages(&mut first, 40).await, expected);
    assert_eq!(messages(&mut second, 40).await, expected);
    let mut again = owner.listen_after(Some(&mark)).await;
    assert_eq!(messages(&mut again, 40).await, expected);
}

every_shape!(
    what_was_missed_is_replayed,
    positions_rise_through_every_kind_of_event,
    nothing_comes_from_before_joining_or_after_removal,
    an_unknown_position_asks_to_resync,
    many_writers_are_heard_in_one_order,
);
