//! Two replicas are one service.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join;
use latchkey_testing::Service;
use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::split::Part;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually};
use serde_json::json;

use super::heard::hear;
use crate::house::{House, Person, house, int, text};

/// A lock or a logout is dead everywhere within this, counted from its answer.
const DEAD: Duration = Duration::from_secs(1);

impl Person {
    /// The same person at one replica, past the gateway.
    pub(crate) fn replica(&self, house: &House, service: Service, nth: u16) -> Chat {
        let base = house.stack.split().base_of(service, nth);
        Chat::at(&base).with_session(self.session())
    }
}

async fn a_message_through_one_replica_arrives_on_a_stream_of_the_other() {
    let house = house(Backend::Split);
    let (owner, reader) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(reader.join(id).await.ok(200));
    for (here, there) in [(0, 1), (1, 0)] {
        let mut stream = reader
            .replica(house, Service::Channels, there)
            .listen()
            .await;
        let writer = owner.replica(house, Service::Channels, here);
        for words in ["one", "two", "three"] {
            let sent = int(&writer.say(id, words).await.ok(201), "messageId");
            let heard = stream.expect("channel-message").await;
            assert_eq!(int(&heard, "messageId"), sent);
            assert_eq!(text(&heard, "content"), words);
        }
    }
}

async fn a_stream_survives_the_death_of_its_replica() {
    let stack = Stack::on(Backend::Split).replicas(2).start();
    let house = House::open(stack).await;
    let split = house.stack.split();
    let (owner, reader) = (house.person().await, house.person().await);
    let id = owner.public_channel().await;
    drop(reader.join(id).await.ok(200));
    let mut stream = reader.listen().await;
    let first = owner.says(id, "first").await;
    assert_eq!(
        int(&stream.expect("channel-message").await, "messageId"),
        first
    );
    let mark = stream.last_id().map(str::to_owned);
    drop(stream);

    let is_over = AtomicBool::new(false);
    let writing = async {
        let mut acknowledged = Vec::new();
        let begun = Instant::now();
        let mut killed = 0;
        while begun.elapsed() < Duration::from_secs(8) {
            // The stream is at one of the two; each dies twice.
            if begun.elapsed() > Duration::from_secs(2 * (killed + 1)) {
                let nth = u16::from(killed % 2 == 1);
                let part = Part::Service(Service::Channels, nth);
                split.kill_part(part).unwrap();
                for _ in 0..10 {
                    acknowledged.extend(said(&owner, id).await);
                }
                split.start_part(part).unwrap();
                killed += 1;
            }
            acknowledged.extend(said(&owner, id).await);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        is_over.store(true, Ordering::SeqCst);
        acknowledged
    };
    let (acknowledged, heard) = join(writing, hear(&reader, mark, &is_over)).await;
    let mut kept = owner.all_messages(id).await;
    kept.retain(|message| *message > first);
    kept.reverse();
    assert!(acknowledged.len() > 50 && heard.resumed > 1, "{heard:?}");
    for message in &acknowledged {
        assert!(
            kept.contains(message),
            "{message} was acknowledged and is gone"
        );
    }
    assert_eq!(heard.messages, kept, "nothing missed, nothing twice");
}

/// Says something; the message's id if that was acknowledged.
async fn said(person: &Person, channel: i64) -> Option<i64> {
    let answer = person
        .elsewhere()
        .say(channel, "load")
        .attempt()
        .await
        .ok()?;
    match answer.status {
        201 => Some(int(&answer.json(), "messageId")),
        503 => None,
        _ => panic!("{answer}"),
    }
}

/// One call of each service that needs somebody, at every replica.
struct Doors {
    chats: Vec<(Chat, &'static str)>,
    cookie: String,
    bearer: String,
}

impl Doors {
    async fn of(person: &Person, house: &House) -> Self {
        let mut chats = Vec::new();
        for nth in 0..2 {
            for (service, path) in [
                (Service::Users, "/api/user/info"),
                (Service::Channels, "/api/user/channels"),
                (Service::Invitations, "/api/user/channel/invites"),
                (Service::Invitations, "/group"),
                (Service::Discord, "/discord/invites"),
            ] {
                chats.push((person.replica(house, service, nth), path));
            }
        }
        let issue = async |kind: &str| {
            let issued = person.post("/api/user/token", &json!({"kind": kind})).await;
            text(&issued.ok(200), "token").to_owned()
        };
        Self {
            chats,
            cookie: format!("rds-session={}", issue("rds-session").await),
            bearer: format!("Bearer {}", issue("bearer").await),
        }
    }

    /// Tries every one.
    async fn answers(&self) -> Vec<Answer> {
        let mut answers = Vec::new();
        for (chat, path) in &self.chats {
            let call = match *path {
                "/discord/invites" => chat.anonymous().get(*path).header("cookie", &self.cookie),
                "/group" => chat
                    .anonymous()
                    .get(*path)
                    .header("authorization", &self.bearer),
                _ => chat.get(*path),
            };
            answers.push(call.await);
        }
        answers
    }

    async fn are_open(&self) {
        for answer in self.answers().await {
            let is_open = answer.status == 200 || answer.what.contains("discord");
            assert!(is_open && answer.status != 401, "{answer}");
        }
    }

    /// Uses every one until the time is over, so that answers are kept everywhere; then asks that
    /// those which `count` are dead, every one.
    async fn are_dead_after(&self, ended: Instant, counts: impl Fn(&str) -> bool) {
        while ended.elapsed() < DEAD {
            drop(self.answers().await);
        }
        for answer in self.answers().await {
            if counts(&answer.what) {
                assert_eq!(answer.status, 401, "{answer}");
            }
        }
    }
}

async fn a_logout_is_dead_on_every_replica_within_a_second() {
    let house = house(Backend::Split);
    let person = house.person().await;
    let doors = Doors::of(&person, house).await;
    let mut streams = Vec::new();
    for nth in 0..2 {
        streams.push(person.replica(house, Service::Channels, nth).listen().await);
    }
    doors.are_open().await;
    person.logout().await.done();
    let ended = Instant::now();
    // The signed tokens are credentials of their own.
    let is_session = |what: &str| !what.contains("discord") && !what.ends_with("/group");
    doors.are_dead_after(ended, is_session).await;
    for stream in &mut streams {
        stream.end(Duration::from_secs(2)).await;
    }
}

async fn a_lock_is_dead_on_every_replica_within_a_second() {
    let house = house(Backend::Split);
    let person = house.person().await;
    let doors = Doors::of(&person, house).await;
    doors.are_open().await;
    let lock = ["user", "lock", &person.name];
    drop(house.stack.admin(&lock, "").last_line());
    doors.are_dead_after(Instant::now(), |_| true).await;
}

async fn a_name_is_taken_on_both_replicas_at_once() {
    let house = house(Backend::Split);
    let person = house.person().await;
    let made = person.replica(house, Service::Channels, 0);
    let id = int(
        &made.create_channel(&person.name, "public").await.ok(201),
        "channelId",
    );
    let seen = person.replica(house, Service::Channels, 1);
    drop(seen.channel_info(id).await.ok(200));
    let again = seen.create_channel(&person.name, "public").await;
    again.refused("channel-name-taken");
    // A right that ends at one replica ends at the other.
    let guest = house.person().await;
    drop(guest.join(id).await.ok(200));
    drop(person.remove_members(id, &[guest.id]).await);
    eventually(DEAD, "the guest is out everywhere", async || {
        let at = guest.replica(house, Service::Channels, 1);
        (at.say(id, "still here").await.status != 201).then_some(())
    })
    .await;
}

super::split!(
    a_message_through_one_replica_arrives_on_a_stream_of_the_other,
    a_stream_survives_the_death_of_its_replica,
    a_logout_is_dead_on_every_replica_within_a_second,
    a_lock_is_dead_on_every_replica_within_a_second,
    a_name_is_taken_on_both_replicas_at_once,
);
