//! A running Latchkey with its first account, people in it, and their channels.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use latchkey_common::clock::Clock;
use latchkey_testing::Backend;
use latchkey_testing::chat::Chat;
use latchkey_testing::stack::Stack;
use serde_json::{Value, json};

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse";

/// All permissions, in the order in which they are listed.
pub(crate) const ALL: [&str; 5] = ["read", "write", "invite", "rename", "remove-users"];

/// A started stack in which somebody can invite people.
pub(crate) struct House {
    pub(crate) stack: Stack,
    root: String,
}

/// The process that the functional tests of one database share.
pub(crate) fn house(backend: Backend) -> &'static House {
    type Started = HashMap<Backend, Result<&'static House, ()>>;
    static STARTED: OnceLock<Mutex<Started>> = OnceLock::new();
    let mut started = STARTED.get_or_init(Mutex::default).lock().unwrap();
    let house = started.entry(backend).or_insert_with(|| {
        // A runtime of its own: that of the first test ends with the first test.
        let start = move || {
            let runtime = tokio::runtime::Runtime::new().unwrap();
            runtime.block_on(House::open(Stack::on(backend).replicas(2).start()))
        };
        let house = thread::spawn(start).join();
        house
            .map(|house| &*Box::leak(Box::new(house)))
            .map_err(drop)
    });
    house.expect("the shared process starts: see the first test that failed")
}

impl House {
    /// Makes the first account by the printed link.
    pub(crate) async fn open(stack: Stack) -> Self {
        crate::document::check_all();
        let token = stack.link_token();
        let chat = Chat::at(&stack.base());
        let created = chat.create_user("root-user", PASSWORD, &token).await;
        drop(created.ok(201));
        let root = chat.signed_in("root-user", PASSWORD).await;
        Self {
            root: root.session().to_owned(),
            stack,
        }
    }

    /// A copy of this house: what lies in `stack` was taken from here.
    pub(crate) fn copied_to(&self, stack: Stack) -> Self {
        Self {
            stack,
            root: self.root.clone(),
        }
    }

    /// A client without a session.
    pub(crate) fn nobody(&self) -> Chat {
        Chat::at(&self.stack.base())
    }

    /// The first account.
    pub(crate) fn root(&self) -> Chat {
        self.nobody().with_session(&self.root)
    }

    /// The token of a fresh registration invite, made by the first account.
    pub(crate) async fn token(&self) -> String {
        let invite = self.root().create_invite().await.ok(201);
        text(&invite, "token").to_owned()
    }

    /// Somebody new with a session.
    pub(crate) async fn person(&self) -> Person {
        self.person_named(&unique("user")).await
    }

    /// Somebody new of that name.
    pub(crate) async fn person_named(&self, name: &str) -> Person {
        let nobody = self.nobody();
        let token = self.token().await;
        let user = nobody.create_user(name, PASSWORD, &token).await.ok(201);
        Person {
            chat: nobody.signed_in(name, PASSWORD).await,
            id: int(&user, "userId"),
            name: name.to_owned(),
        }
    }
}

/// Somebody with an account and a session.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) chat: Chat,
    pub(crate) id: i64,
    pub(crate) name: String,
}

impl Deref for Person {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

impl Person {
    /// A new channel of this person's; its id.
    pub(crate) async fn public_channel(&self) -> i64 {
        let made = self.create_channel(&unique("open"), "public").await;
        int(&made.ok(201), "channelId")
    }

    /// A new private channel of this person's; its id.
    pub(crate) async fn private_channel(&self) -> i64 {
        let made = self.create_channel(&unique("shut"), "private").await;
        int(&made.ok(201), "channelId")
    }

    /// Invites somebody; the invite's id.
    pub(crate) async fn invites_in(&self, channel: i64, guest: &Self, perms: &[&str]) -> i64 {
        let made = self.invite(channel, &guest.name, perms).await.ok(201);
        int(&made, "inviteId")
    }

    /// Invites somebody, who joins.
    pub(crate) async fn lets_in(&self, channel: i64, guest: &Self, perms: &[&str]) {
        let invite = self.invites_in(channel, guest, perms).await;
        drop(guest.join_with(channel, invite).await.ok(200));
    }

    /// Sends a text; the message's id.
    pub(crate) async fn says(&self, channel: i64, words: &str) -> i64 {
        int(&self.say(channel, words).await.ok(201), "messageId")
    }

    /// The ids of all messages of a channel, page by page, newest first.
    pub(crate) async fn all_messages(&self, channel: i64) -> Vec<i64> {
        let mut all = Vec::new();
        let mut entry = json!({"channelId": channel});
        loop {
            let loaded = self.load(&json!([entry])).await.ok(200);
            let messages = &loaded["results"][channel.to_string()]["channelMessages"];
            let ids = numbers(messages, "messageId");
            let Some(oldest) = ids.last() else {
                return all;
            };
            entry["lastMessage"] = json!(oldest);
            all.extend(&ids);
        }
    }

    /// The same person with the same session, at a copy of the house.
    pub(crate) fn at(&self, copy: &House) -> Self {
        Self {
            chat: copy.nobody().with_session(self.session()),
            ..self.clone()
        }
    }

    /// The ids of the people in a channel, as this member sees them.
    pub(crate) async fn sees_in(&self, channel: i64) -> Vec<i64> {
        numbers(&self.members(channel).await.ok(200)["users"], "userId")
    }

    /// The ids of the channel invites that wait for this person.
    pub(crate) async fn waiting(&self) -> Vec<i64> {
        numbers(&self.my_invites().await.ok(200)["invites"], "inviteId")
    }

    /// What this person may do in a channel.
    pub(crate) async fn may(&self, channel: i64) -> Vec<String> {
        words(&self.channel_info(channel).await.ok(200)["channelPerms"])
    }
}

/// How long a credential that has ended may still be taken: not at all in one process, a second
/// where other services keep what they were told about it.
pub(crate) const fn grace(backend: Backend) -> Duration {
    match backend {
        Backend::Sqlite | Backend::Postgres => Duration::ZERO,
        Backend::Split => Duration::from_secs(1),
    }
}

/// Asks that this session, which has just ended, is dead by when it must be.
pub(crate) async fn ends(backend: Backend, chat: &Chat) {
    tokio::time::sleep(grace(backend)).await;
    chat.info().await.refused("unauthorized");
}

/// A name that nobody else uses, fit for people and channels.
pub(crate) fn unique(prefix: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{prefix}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Now, in the whole seconds of the contract.
pub(crate) fn now() -> i64 {
    Clock::default().now().seconds()
}

/// Asks that a timestamp is of this test's time.
#[track_caller]
pub(crate) fn is_recent(value: &Value) {
    let seconds = value.as_i64().expect("whole seconds");
    assert!((now() - 60..=now() + 1).contains(&seconds), "{seconds}");
}

/// A member that must be a whole number.
#[track_caller]
pub(crate) fn int(value: &Value, member: &str) -> i64 {
    value[member]
        .as_i64()
        .unwrap_or_else(|| panic!("{member} of {value}"))
}

/// A member that must be a text.
#[track_caller]
pub(crate) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member]
        .as_str()
        .unwrap_or_else(|| panic!("{member} of {value}"))
}

/// A value that must be a list.
#[track_caller]
pub(crate) fn list(value: &Value) -> &[Value] {
    value
        .as_array()
        .unwrap_or_else(|| panic!("no list: {value}"))
}

/// One member of each entry of a list.
#[track_caller]
pub(crate) fn numbers(value: &Value, member: &str) -> Vec<i64> {
    list(value).iter().map(|entry| int(entry, member)).collect()
}

/// A list of texts.
#[track_caller]
pub(crate) fn words(value: &Value) -> Vec<String> {
    let entries = list(value).iter();
    entries
        .map(|entry| entry.as_str().unwrap().to_owned())
        .collect()
}

/// Asks for exactly these members, in any order.
#[track_caller]
pub(crate) fn has_members(value: &Value, expected: &[&str]) {
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    let found: Vec<&str> = latchkey_testing::chat::members(value).into_iter().collect();
    assert_eq!(found, expected, "{value}");
}

/// The members of the contract's shapes.
pub(crate) mod shape {
    pub(crate) const USER: &[&str] = &["userId", "username", "createdAt"];
    pub(crate) const REGISTRATION_INVITE: &[&str] = &[
        "token",
        "createdBy",
        "acceptedBy",
        "acceptedName",
        "timestamp",
    ];
    pub(crate) const USER_CHANNEL: &[&str] = &[
        "channelId",
        "channelName",
        "channelType",
        "channelPerms",
        "channelOwner",
        "lastMessage",
        "lastRead",
        "joinedAt",
    ];
    pub(crate) const CREATED_INVITE: &[&str] = &[
        "inviteId",
        "senderId",
        "recipientId",
        "channelId",
        "invitePerms",
        "timestamp",
    ];
    pub(crate) const CHANNEL_INVITE: &[&str] = &[
        "inviteId",
        "senderId",
        "senderName",
        "recipientId",
        "recipientName",
        "channelId",
        "channelName",
        "channelType",
        "invitePerms",
        "timestamp",
    ];
    pub(crate) const MEMBER: &[&str] = &["userId", "username", "userPerms", "joinedAt"];
    pub(crate) const MESSAGE: &[&str] = &[
        "messageId",
        "userId",
        "username",
        "type",
        "content",
        "timestamp",
    ];
    pub(crate) const MESSAGE_EVENT: &[&str] = &[
        "channelId",
        "channelName",
        "messageId",
        "userId",
        "username",
        "type",
        "content",
        "timestamp",
    ];
}
