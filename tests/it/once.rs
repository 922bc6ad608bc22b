//! Calls of the chat contract with an `Idempotency-Key`: whoever never heard the answer asks again, and it was done
//! once.

use std::time::Duration;

use latchkey_testing::chat::{Answer, Call, Chat};
use latchkey_testing::raw::send_and_reset;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, eventually, every_shape, one_process, race};
use serde_json::json;

use crate::house::{House, PASSWORD, house, int, list, text, unique};

every_shape!(
    of_sixteen_at_once_one_is_made,
    of_sixteen_at_once_one_comes_in,
    what_was_cut_off_is_made_once,
);
one_process!(
    a_message_outlives_the_crash_that_took_its_answer,
    whoever_came_in_is_told_after_a_crash,
);

pub(crate) fn keyed(call: Call, key: &str) -> Call {
    call.header("Idempotency-Key", key)
}

pub(crate) fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == Some("true")
}

/// One call of a person's.
type Kind<'a> = &'a dyn Fn(&Chat) -> Call;

async fn channel(who: &Chat) -> i64 {
    let made = who.create_channel(&unique("News"), "private").await.ok(201);
    int(&made, "channelId")
}

async fn said(who: &Chat, channel: i64, text: &str) -> usize {
    let wish = json!([{"channelId": channel, "filter": ["text"]}]);
    let loaded = who.load(&wish).await.ok(200);
    let messages = list(&loaded["results"][channel.to_string()]["channelMessages"]);
    messages.iter().filter(|one| one["content"] == text).count()
}

async fn of_sixteen_at_once_one_is_made(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let guest = house.person().await;
    let name = text(&guest.info().await.ok(200), "username").to_owned();
    let id = channel(&person).await;
    let fresh = unique("Fresh");
    let kinds: [(&str, Kind<'_>); 4] = [
        ("say", &|who| who.say(id, "once")),
        ("create", &|who| who.create_channel(&fresh, "public")),
        ("invite", &|who| who.invite(id, &name, &["read"])),
        ("link", &|who| who.create_invite()),
    ];
    for (key, kind) in kinds {
        let clients: Vec<Chat> = (0..16).map(|_| person.elsewhere()).collect();
        let answers = race(16, |n| keyed(kind(&clients[n]), key).into_future()).await;
        for answer in &answers {
            assert_eq!(answer.status, 201, "{key}: {answer}");
            assert_eq!(answer.body, answers[0].body, "{key}");
        }
        assert_eq!(answers.iter().filter(|one| is_replay(one)).count(), 15);
    }
    assert_eq!(said(&person, id, "once").await, 1);
    let invites = person.channel_invites(id).await.ok(200);
    assert_eq!(list(&invites["invites"]).len(), 1);
    let links = person.invites().await.ok(200);
    assert_eq!(list(&links["invites"]).len(), 1);
}

/// Into a public channel, into a private one by an invitation, and into the place by a link.
async fn of_sixteen_at_once_one_comes_in(backend: Backend) {
    let house = house(backend);
    let (owner, guest) = (house.person().await, house.person().await);
    let (open, closed) = (owner.public_channel().await, channel(&owner).await);
    let invite = invited(&owner, closed, &guest).await;
    let newcomer = Newcomer::of(&owner).await;
    let kinds: [(&str, u16, Kind<'_>); 3] = [
        ("open", 200, &|who| who.join(open)),
        ("closed", 200, &|who| who.join_with(closed, invite)),
        ("create", 201, &|who| newcomer.comes(who)),
    ];
    let mut told = Vec::new();
    for (key, status, kind) in kinds {
        let answers = race(16, |_| keyed(kind(&guest), key).into_future()).await;
        for answer in &answers {
            assert_eq!(answer.status, status, "{key}: {answer}");
            assert_eq!(answer.body, answers[0].body, "{key}");
        }
        let replays = answers.iter().filter(|one| is_replay(one)).count();
        assert_eq!(replays, 15, "{key}");
        told.push(answers[0].body.clone());
    }
    for channel in [open, closed] {
        drop(owner.say(channel, "more").await.ok(201));
    }
    // What has happened since does not change what is answered.
    for ((key, status, kind), told) in kinds.into_iter().zip(told) {
        let again = keyed(kind(&guest), key).await.expect(status);
        assert_eq!(again.body, told, "{key}");
    }
    let twice = guest.join(open).await;
    twice.refused("user-aleady-in-channel");
    let other = keyed(guest.join(closed), "open").await;
    other.refused("idempotency-key-reused");
    let other = keyed(guest.join_with(open, invite), "closed").await;
    other.refused("idempotency-key-reused");
    let other = keyed(newcomer.named(&unique("other")).comes(&guest), "create").await;
    other.refused("idempotency-key-reused");
    newcomer.comes(&guest).await.refused("invalid-user-invite");
}

/// Somebody with a link.
struct Newcomer {
    name: String,
    token: String,
}

impl Newcomer {
    async fn of(host: &Chat) -> Self {
        let made = host.create_invite().await.ok(201);
        Self {
            name: unique("new"),
            token: text(&made, "token").to_owned(),
        }
    }

    fn named(&self, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            token: self.token.clone(),
        }
    }

    fn comes(&self, client: &Chat) -> Call {
        client
            .elsewhere()
            .create_user(&self.name, PASSWORD, &self.token)
    }
}

async fn invited(owner: &Chat, channel: i64, guest: &Chat) -> i64 {
    let name = text(&guest.info().await.ok(200), "username").to_owned();
    let made = owner.invite(channel, &name, &["read", "write"]).await;
    int(&made.ok(201), "inviteId")
}

/// The connection is reset right behind the question, whatever has become of it by then.
async fn what_was_cut_off_is_made_once(backend: Backend) {
    let house = house(backend);
    let person = house.person().await;
    let id = channel(&person).await;
    for number in 0..20 {
        let content = format!("number {number}");
        let body = json!({"channelId": id, "type": "text", "content": content}).to_string();
        let question = format!(
            "POST /api/channel/messages/create HTTP/1.1\r\nHost: {}\r\nCookie: t={}\r\n\
             Content-Type: application/json\r\nIdempotency-Key: cut-{number}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            person.authority(),
            person.session(),
            body.len()
        );
        send_and_reset(person.authority(), question.as_bytes());
        let again = || {
            let call = person.call(reqwest::Method::POST, "/api/channel/messages/create");
            let call = call.body(body.clone()).content_type("application/json");
            keyed(call, &format!("cut-{number}"))
        };
        let told = again().await.expect(201);
        let once_more = again().await.expect(201);
        assert!(is_replay(&once_more), "{once_more}");
        assert_eq!(told.body, once_more.body);
        assert_eq!(said(&person, id, &content).await, 1, "{content}");
    }
}

/// The message is committed and the process dies before anybody is told.
async fn a_message_outlives_the_crash_that_took_its_answer(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let id = channel(&house.root()).await;
    house.arm("after-kept").unwrap();
    let say = || keyed(house.root().elsewhere().say(id, "once"), "k");
    assert!(say().attempt().await.is_err(), "the point was not reached");
    house.has_died("after-kept").await;
    house.disarm();
    let told = say().await.expect(201);
    assert!(is_replay(&told), "{told}");
    assert_eq!(said(&house.root(), id, "once").await, 1);
    let other = keyed(house.root().say(id, "twice"), "k").await;
    other.refused("idempotency-key-reused");
}

/// Somebody is in, and the process dies: before the invitation knows it, before the answer is kept, and before anybody
/// is told.
async fn whoever_came_in_is_told_after_a_crash(backend: Backend) {
    let house = House::open(Stack::on(backend).start()).await;
    let (owner, guest) = (house.person().await, house.person().await);
    for point in ["after-act", "before-settle", "after-kept"] {
        let (open, closed) = (owner.public_channel().await, channel(&owner).await);
        let invite = invited(&owner, closed, &guest).await;
        let newcomer = Newcomer::of(&owner).await;
        let kinds: [(&str, u16, Kind<'_>); 3] = [
            ("closed", 200, &|who| who.join_with(closed, invite)),
            ("create", 201, &|who| newcomer.comes(who)),
            ("open", 200, &|who| who.join(open)),
        ];
        for (kind, status, call) in kinds {
            // Channels does this alone, in one transaction.
            if kind == "open" && point != "after-kept" {
                continue;
            }
            let key = format!("{point}-{kind}");
            let call = || keyed(call(&guest.elsewhere()), &key);
            house.arm(point).unwrap();
            assert!(call().attempt().await.is_err(), "{key} was not reached");
            house.has_died(point).await;
            house.disarm();
            let told = settled(&call).await.expect(status);
            assert!(is_replay(&told), "{key}: {told}");
            let again = call().await.expect(status);
            assert_eq!(told.body, again.body, "{key}");
        }
    }
}

/// The answer, once it is known again what became of the act.
async fn settled(call: &impl Fn() -> Call) -> Answer {
    eventually(Duration::from_secs(10), "the use is settled", async || {
        let answer = call().await;
        let is_open = answer.text().contains("idempotency-key-in-progress");
        (!is_open).then_some(answer)
    })
    .await
}
