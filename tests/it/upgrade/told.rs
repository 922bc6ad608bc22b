//! Questions to a Latchkey, and whether it answers as it did.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use latchkey_testing::chat::{Chat, Listener};
use latchkey_testing::stack::Stack;
use serde_json::{Map, Value, json};

use crate::house::{PASSWORD, list, text, unique};

/// After so long a replay that comes at once is over.
const SILENCE: Duration = Duration::from_secs(1);

/// Whoever asks: nobody, people with their passwords, and holders of tokens.
pub(super) struct Asker {
    nobody: Chat,
    people: Mutex<HashMap<String, Chat>>,
}

impl Asker {
    pub(super) fn at(stack: &Stack) -> Self {
        Self {
            nobody: Chat::at(&stack.base()),
            people: Mutex::default(),
        }
    }

    /// A client with a session of this person's.
    pub(super) async fn person(&self, name: &str) -> Chat {
        if let Some(known) = self.people.lock().unwrap().get(name) {
            return known.clone();
        }
        let chat = self.nobody.signed_in(name, PASSWORD).await;
        self.people
            .lock()
            .unwrap()
            .insert(name.to_owned(), chat.clone());
        chat
    }

    /// The status and the body that answer `question`: its `method`, `path` and `body`, asked by
    /// whom `by` names: `[]`, or a credential and whose it is.
    pub(super) async fn ask(&self, question: &Value) -> Value {
        let who = question["by"][1].as_str().unwrap_or_default();
        let minted = async |kind: &str| {
            let asked = self.person(who).await;
            let made = asked.post("/api/user/token", &json!({"kind": kind})).await;
            text(&made.ok(200), "token").to_owned()
        };
        let (chat, header) = match question["by"][0].as_str().unwrap_or_default() {
            "" => (self.nobody.clone(), None),
            "session" => (self.person(who).await, None),
            "token" => {
                let bearer = format!("Bearer {who}");
                (self.nobody.clone(), Some(("authorization", bearer)))
            }
            "bearer" => {
                let bearer = format!("Bearer {}", minted("bearer").await);
                (self.nobody.clone(), Some(("authorization", bearer)))
            }
            "rds-session" => {
                let cookie = format!("rds-session={}", minted("rds-session").await);
                (self.nobody.clone(), Some(("cookie", cookie)))
            }
            other => panic!("a credential that nobody knows: {other}"),
        };
        let method = text(question, "method").parse().unwrap();
        let mut call = chat.call(method, text(question, "path"));
        if let Some((name, value)) = header {
            call = call.header(name, &value);
        }
        if !question["body"].is_null() {
            call = call.json(&question["body"]);
        }
        let answer = call.await;
        let body = match answer.body.as_slice() {
            [] => Value::Null,
            body => serde_json::from_slice(body).unwrap(),
        };
        json!({"status": answer.status, "body": body})
    }
}

/// Of groups, which have a type since.
const NEW: [&str; 3] = ["groupType", "isMember", "isFollowing"];

/// How many rows each table has, by `service.table`.
pub(super) fn rows(stack: &Stack) -> Map<String, Value> {
    let mut all = Map::new();
    for service in ["users", "channels", "invitations", "discord"] {
        for (table, count) in stack.rows(service) {
            all.insert(format!("{service}.{table}"), count.into());
        }
    }
    all
}

/// What the operator's command prints; null where it finds nothing.
pub(super) fn admin(stack: &Stack, args: &Value) -> Value {
    let args = list(args).iter().map(|word| word.as_str().unwrap());
    let output = stack.admin(&["--json"].into_iter().chain(args).collect::<Vec<_>>(), "");
    if !output.status.success() {
        return Value::Null;
    }
    serde_json::from_str(&output.stdout).unwrap()
}

/// Every event that somebody's stream tells.
pub(super) async fn replay(chat: &Chat) -> Vec<Value> {
    let mut stream = chat.elsewhere().listen_after(Some("0")).await;
    let mut events = Vec::new();
    while let Ok(event) = tokio::time::timeout(SILENCE, next(&mut stream)).await {
        events.push(event);
    }
    events
}

async fn next(stream: &mut Listener) -> Value {
    let event = stream.next().await;
    let data: Value = serde_json::from_str(&event.data).unwrap();
    json!({"id": event.id, "event": event.name, "data": data})
}

/// Every question is answered as it was.
pub(super) async fn answers(asker: &Asker, stack: &Stack, told: &Value) {
    for question in list(&told["answers"]) {
        let answer = without_new(&asker.ask(question).await);
        assert_eq!(answer, as_now(&question["answer"]), "{question}");
    }
    for question in list(&told["admin"]) {
        let answer = by_id(admin(stack, &question["args"]));
        assert_eq!(answer, by_id(as_now(&question["answer"])), "{question}");
    }
}

/// Commands call an invitation by its id of `/v1` since, and say beside it what its contract shows.
fn by_id(told: Value) -> Value {
    match told {
        Value::Array(values) => values.into_iter().map(by_id).collect(),
        Value::Object(mut members) => {
            let is_story = members.contains_key("max_uses");
            for (name, value) in &mut members {
                let number = value.as_i64().filter(|_| match name.as_str() {
                    "id" => is_story,
                    other => other == "invitation",
                });
                *value = match number {
                    Some(number) => format!("inv_{number}").into(),
                    None => by_id(value.take()),
                };
            }
            if let Some(Value::Array(details)) = members.get_mut("details") {
                details.retain(|one| one[0] != "shown as");
            }
            Value::Object(members)
        }
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => other,
    }
}

/// An answer of 4fd1a9a as it is today: that one left out the zeros at the end of a fraction of a second,
/// so that texts did not sort as times do.
fn as_now(told: &Value) -> Value {
    match told {
        Value::String(text) => whole_milliseconds(text).into(),
        Value::Array(values) => values.iter().map(as_now).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), as_now(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => told.clone(),
    }
}

/// An answer of today without the members that 4fd1a9a did not know.
fn without_new(answer: &Value) -> Value {
    match answer {
        Value::Array(values) => values.iter().map(without_new).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !NEW.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), without_new(value)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => answer.clone(),
    }
}

fn whole_milliseconds(text: &str) -> String {
    let is_time = text.len() >= 20
        && text.char_indices().all(|(at, c)| match at {
            4 | 7 => c == '-',
            10 => c == 'T',
            13 | 16 => c == ':',
            19 => matches!(c, '.' | 'Z'),
            _ => c.is_ascii_digit() || c == 'Z',
        });
    match text.strip_suffix('Z') {
        Some(time) if is_time => {
            let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
            format!("{seconds}.{fraction:0<3}Z")
        }
        _ => text.to_owned(),
    }
}

/// Streams that go on from an event of then get everything that came after it, and then what is new.
pub(super) async fn streams(asker: &Asker, told: &Value) {
    for one in list(&told["streams"]) {
        let chat = asker.person(text(one, "by")).await;
        let events = list(&one["events"]);
        let mut open = Vec::new();
        for seen in [0, events.len() / 2, events.len()] {
            let last = events[..seen].last();
            let after = last.map_or("0", |event| text(event, "id"));
            let mut stream = chat.elsewhere().listen_after(Some(after)).await;
            for event in &events[seen..] {
                assert_eq!(&next(&mut stream).await, event, "{}", one["by"]);
            }
            open.push(stream);
        }
        let made = chat.create_channel(&unique("new"), "public").await.ok(201);
        for stream in &mut open {
            assert_eq!(stream.expect("channel-join").await, made);
        }
    }
}
