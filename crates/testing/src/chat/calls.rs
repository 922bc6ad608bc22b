//! The calls of the contract, one method each. Bodies that no method can make are sent with
//! [`Chat::post`].

use reqwest::Method;
use serde_json::{Value, json};

use super::{Call, Chat, escape};

/// Accounts, sessions, registration invites.
impl Chat {
    /// `POST /api/user/create`
    pub fn create_user(&self, username: &str, password: &str, invite: &str) -> Call {
        let body = json!({"username": username, "password": password, "inviteToken": invite});
        self.post("/api/user/create", &body)
    }

    /// `POST /api/user/login`
    pub fn login(&self, username: &str, password: &str) -> Call {
        let body = json!({"username": username, "password": password});
        self.post("/api/user/login", &body)
    }

    /// `POST /api/user/logout`
    pub fn logout(&self) -> Call {
        self.call(Method::POST, "/api/user/logout")
    }

    /// `GET /api/user/info`
    pub fn info(&self) -> Call {
        self.get("/api/user/info")
    }

    /// `GET /api/user/sessions`
    pub fn sessions(&self) -> Call {
        self.get("/api/user/sessions")
    }

    /// `DELETE /api/user/sessions/{id}`
    pub fn end_session(&self, id: &str) -> Call {
        self.call(Method::DELETE, format!("/api/user/sessions/{id}"))
    }

    /// `POST /api/user/password`
    pub fn change_password(&self, old: &str, new: &str) -> Call {
        let body = json!({"oldPassword": old, "newPassword": new});
        self.post("/api/user/password", &body)
    }

    /// `GET /api/user/search`
    pub fn search_users(&self, username: &str) -> Call {
        self.get(format!("/api/user/search?username={}", escape(username)))
    }

    /// `GET /api/status`
    pub fn status(&self) -> Call {
        self.get("/api/status")
    }

    /// `GET /api/user/invites`
    pub fn invites(&self) -> Call {
        self.get("/api/user/invites")
    }

    /// `POST /api/user/invites/create`, with a JSON content type and no body, as the document has it.
    pub fn create_invite(&self) -> Call {
        self.call(Method::POST, "/api/user/invites/create")
            .content_type("application/json")
    }

    /// `POST /api/user/invites/remove`
    pub fn remove_invites(&self, tokens: &[&str]) -> Call {
        self.post("/api/user/invites/remove", &json!({"toRemove": tokens}))
    }
}

/// Channels and their members.
impl Chat {
    /// `GET /api/user/channels`
    pub fn channels(&self) -> Call {
        self.get("/api/user/channels")
    }

    /// `POST /api/channel/create`
    pub fn create_channel(&self, name: &str, kind: &str) -> Call {
        let body = json!({"channelName": name, "channelType": kind});
        self.post("/api/channel/create", &body)
    }

    /// `GET /api/channel/info`
    pub fn channel_info(&self, channel: i64) -> Call {
        self.get(format!("/api/channel/info?channelId={channel}"))
    }

    /// `POST /api/channel/rename`
    pub fn rename(&self, channel: i64, name: &str) -> Call {
        let body = json!({"channelId": channel, "name": name});
        self.post("/api/channel/rename", &body)
    }

    /// `GET /api/channel/search`
    pub fn search(&self, keyword: &str) -> Call {
        self.get(format!("/api/channel/search?keyword={}", escape(keyword)))
    }

    /// `POST /api/channel/join` without an invite.
    pub fn join(&self, channel: i64) -> Call {
        self.post("/api/channel/join", &json!({"channelId": channel}))
    }

    /// `POST /api/channel/join` with an invite.
    pub fn join_with(&self, channel: i64, invite: i64) -> Call {
        let body = json!({"channelId": channel, "inviteId": invite});
        self.post("/api/channel/join", &body)
    }

    /// `POST /api/channel/leave` without an heir.
    pub fn leave(&self, channel: i64) -> Call {
        self.post("/api/channel/leave", &json!({"channelId": channel}))
    }

    /// `POST /api/channel/leave` with an heir.
    pub fn leave_to(&self, channel: i64, heir: i64) -> Call {
        let body = json!({"channelId": channel, "newOwner": heir});
        self.post("/api/channel/leave", &body)
    }

    /// `GET /api/channel/users`
    pub fn members(&self, channel: i64) -> Call {
        self.get(format!("/api/channel/users?channelId={channel}"))
    }

    /// `POST /api/channel/users/remove`
    pub fn remove_members(&self, channel: i64, users: &[i64]) -> Call {
        let body = json!({"channelId": channel, "toRemove": users});
        self.post("/api/channel/users/remove", &body)
    }
}

/// Channel invites.
impl Chat {
    /// `POST /api/channel/invite`
    pub fn invite(&self, channel: i64, username: &str, permissions: &[&str]) -> Call {
        let body = json!({"channelId": channel, "username": username, "invitePerms": permissions});
        self.post("/api/channel/invite", &body)
    }

    /// `GET /api/channel/invites`
    pub fn channel_invites(&self, channel: i64) -> Call {
        self.get(format!("/api/channel/invites?channelId={channel}"))
    }

    /// `POST /api/channel/invites/remove`
    pub fn remove_channel_invites(&self, invites: &[i64]) -> Call {
        let body = json!({"toRemove": invites});
        self.post("/api/channel/invites/remove", &body)
    }

    /// `GET /api/user/channel/invites`
    pub fn my_invites(&self) -> Call {
        self.get("/api/user/channel/invites")
    }

    /// `POST /api/user/channel/invites/remove`
    pub fn remove_my_invites(&self, invites: &[i64]) -> Call {
        let body = json!({"toRemove": invites});
        self.post("/api/user/channel/invites/remove", &body)
    }

    /// `POST /api/user/channel/invites/clear`
    pub fn clear_my_invites(&self, invites: &[i64]) -> Call {
        let body = json!({"toRemove": invites});
        self.post("/api/user/channel/invites/clear", &body)
    }
}

/// Messages.
impl Chat {
    /// `POST /api/channel/messages/create` with a text.
    pub fn say(&self, channel: i64, text: &str) -> Call {
        let body = json!({"channelId": channel, "type": "text", "content": text});
        self.post("/api/channel/messages/create", &body)
    }

    /// `POST /api/channel/messages`
    pub fn load(&self, load: &Value) -> Call {
        self.post("/api/channel/messages", &json!({"load": load}))
    }

    /// `PUT /api/channel/messages/read`
    pub fn mark_read(&self, channel: i64, message: i64) -> Call {
        let path = format!("/api/channel/messages/read?channelId={channel}&messageId={message}");
        self.call(Method::PUT, path)
    }
}
