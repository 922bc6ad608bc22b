//! A Latchkey with a Discord of its own, and people in it who have an `rds-session`.

use std::sync::OnceLock;

use latchkey_contracts::discord::DOCUMENT;
use latchkey_testing::Backend;
use latchkey_testing::chat::{Answer, Chat};
use latchkey_testing::discord::FakeDiscord;
use latchkey_testing::openapi::Document;
use latchkey_testing::stack::{Builder, Stack};
use reqwest::Method;
use serde_json::json;

use crate::house::{House, text};

pub(super) const PATHS: [&str; 3] = [
    "/discord/invites",
    "/discord-actions/invite",
    "/discord-actions/invites",
];

pub(super) fn document() -> &'static Document {
    static LOADED: OnceLock<Document> = OnceLock::new();
    LOADED.get_or_init(|| Document::load(DOCUMENT).expect("the document"))
}

/// A Latchkey that makes its links at `discord`.
pub(super) struct Town {
    pub(super) house: House,
    pub(super) discord: FakeDiscord,
}

impl Town {
    pub(super) async fn open(backend: Backend) -> Self {
        Self::with(backend, &[]).await
    }

    /// The same with these settings.
    pub(super) async fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let mut builder = Stack::on(backend);
        for (name, value) in env {
            builder = builder.env(name, value);
        }
        Self::built(builder).await
    }

    /// The same with two replicas of every service, where services have replicas.
    pub(super) async fn of_two(backend: Backend) -> Self {
        Self::built(Stack::on(backend).replicas(2)).await
    }

    async fn built(mut builder: Builder) -> Self {
        let discord = FakeDiscord::start();
        for (name, value) in discord.settings() {
            builder = builder.env(name, &value);
        }
        Self {
            house: House::open(builder.start()).await,
            discord,
        }
    }

    /// Somebody new with a session of this contract.
    pub(super) async fn member(&self) -> Member {
        let person = self.house.person().await;
        Member::of(&person.chat, person.id).await
    }

    /// The first account, a super user.
    pub(super) async fn root(&self) -> Member {
        let root = self.house.root();
        let id = root.info().await.ok(200)["userId"].as_i64().unwrap();
        Member::of(&root, id).await
    }
}

/// Somebody with a session of this contract.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) chat: Chat,
    pub(super) id: i64,
    pub(super) session: String,
}

impl Member {
    /// Gets the session by HTTP, as a signed-in person does.
    pub(super) async fn of(chat: &Chat, id: i64) -> Self {
        let kind = json!({"kind": "rds-session"});
        let issued = chat.post("/api/user/token", &kind).await.ok(200);
        Self {
            chat: chat.anonymous(),
            id,
            session: text(&issued, "token").to_owned(),
        }
    }

    /// The same person with another session.
    pub(super) fn with(&self, session: &str) -> Self {
        Self {
            session: session.to_owned(),
            ..self.clone()
        }
    }

    /// The same person on a connection of its own.
    pub(super) fn elsewhere(&self) -> Self {
        Self {
            chat: self.chat.elsewhere(),
            ..self.clone()
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).await.expect("an answer")
    }

    pub(super) async fn post(&self, path: &str) -> Answer {
        self.call(Method::POST, path).await.expect("an answer")
    }

    /// No answer (the server is gone) is an `Err`. Answers are held against the document.
    pub(super) async fn call(&self, method: Method, path: &str) -> Result<Answer, reqwest::Error> {
        let cookie = format!("a=b; rds-session={}", self.session);
        let call = self.chat.call(method.clone(), path);
        let answer = call.header("cookie", &cookie).attempt().await?;
        let kind = answer.header("content-type");
        let checked =
            document().check_answer(method.as_str(), path, answer.status, kind, &answer.body);
        if let Err(complaint) = checked {
            panic!("against the document: {complaint}: {answer}");
        }
        Ok(answer)
    }
}
