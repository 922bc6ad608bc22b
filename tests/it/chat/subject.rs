//! Somebody with something of each kind, and every call with a body about it: what bad input is
//! tried on, and what it must not change.

use latchkey_testing::Backend;
use serde_json::{Value, json};

use crate::house::{PASSWORD, Person, house, unique};

/// A call, a body that is right, and which of its members are required.
pub(crate) struct Good {
    pub(crate) path: &'static str,
    pub(crate) body: Value,
    pub(crate) required: &'static [&'static str],
}

fn good(path: &'static str, required: &'static [&'static str], body: Value) -> Good {
    Good {
        path,
        body,
        required,
    }
}

/// Somebody with something of each kind, and every call with a body about it.
pub(crate) struct Subject {
    pub(crate) person: Person,
    pub(crate) calls: Vec<Good>,
}

impl Subject {
    pub(crate) async fn new(backend: Backend) -> Self {
        let house = house(backend);
        let (person, guest) = (house.person().await, house.person().await);
        let channel = person.private_channel().await;
        let invite = person.invites_in(channel, &guest, &["read"]).await;
        let made = person.create_invite().await.ok(201);
        let token = made["token"].clone();
        let other = guest.public_channel().await;
        let calls = vec![
            good(
                "/api/user/create",
                &["username", "password", "inviteToken"],
                json!({"username": unique("made"), "password": PASSWORD, "inviteToken": token}),
            ),
            good(
                "/api/user/login",
                &["username", "password"],
                json!({"username": person.name, "password": PASSWORD}),
            ),
            good(
                "/api/user/password",
                &["oldPassword", "newPassword"],
                json!({"oldPassword": PASSWORD, "newPassword": "something else"}),
            ),
            good(
                "/api/user/invites/remove",
                &["toRemove"],
                json!({"toRemove": [token]}),
            ),
            good(
                "/api/user/channel/invites/remove",
                &["toRemove"],
                json!({"toRemove": [invite]}),
            ),
            good(
                "/api/user/channel/invites/clear",
                &["toRemove"],
                json!({"toRemove": [invite]}),
            ),
            good(
                "/api/channel/invites/remove",
                &["toRemove"],
                json!({"toRemove": [invite]}),
            ),
            good(
                "/api/channel/create",
                &["channelName", "channelType"],
                json!({"channelName": unique("made"), "channelType": "public"}),
            ),
            good(
                "/api/channel/rename",
                &["channelId", "name"],
                json!({"channelId": channel, "name": unique("made")}),
            ),
            good(
                "/api/channel/join",
                &["channelId"],
                json!({"channelId": other}),
            ),
            good(
                "/api/channel/leave",
                &["channelId"],
                json!({"channelId": channel}),
            ),
            good(
                "/api/channel/invite",
                &["channelId", "username", "invitePerms"],
                json!({"channelId": channel, "username": guest.name, "invitePerms": ["read"]}),
            ),
            good(
                "/api/channel/users/remove",
                &["channelId", "toRemove"],
                json!({"channelId": channel, "toRemove": [guest.id]}),
            ),
            good(
                "/api/channel/messages/create",
                &["channelId", "type", "content"],
                json!({"channelId": channel, "type": "text", "content": "hello"}),
            ),
            good(
                "/api/channel/messages",
                &["load"],
                json!({"load": [{"channelId": channel}]}),
            ),
        ];
        Self { person, calls }
    }

    /// All that the calls could change.
    pub(crate) async fn state(&self) -> [Value; 3] {
        [
            self.person.channels().await.ok(200),
            self.person.invites().await.ok(200),
            self.person.sessions().await.ok(200)["sessions"]
                .as_array()
                .unwrap()
                .len()
                .into(),
        ]
    }
}
