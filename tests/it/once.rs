//! Calls of the chat contract with an `Idempotency-Key`: whoever never heard the answer asks again, and it was done
//! once.

use latchkey_testing::chat::{Answer, Call, Chat};
use latchkey_testing::raw::send_and_reset;
use latchkey_testing::stack::Stack;
use latchkey_testing::{Backend, every_shape, one_process, race};
use serde_json::json;

use crate::house::{House, house, int, list, text, unique};

every_shape!(
    of_sixteen_at_once_one_is_made,
    what_was_cut_off_is_made_once,
);
one_process!(a_message_outlives_the_crash_that_took_its_answer);

fn keyed(call: Call, key: &str) -> Call {
    call.header("Idempotency-Key", key)
}

fn is_replay(answer: &Answer) -> bool {
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
