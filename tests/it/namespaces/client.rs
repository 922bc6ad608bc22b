//! People with API tokens. Every answer that they get is held against the contract's document.

use latchkey_testing::chat::{Answer, Call, Chat};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, Person, int, text, unique};

/// Everything that this contract asks for.
pub(super) const ALL: [&str; 6] = [
    "invite:read",
    "invite:write",
    "invite:delete",
    "namespace:read",
    "namespace:write",
    "namespace:delete",
];

/// Somebody with a token for this contract.
#[derive(Clone)]
pub(super) struct Holder {
    pub(super) person: Person,
    chat: Chat,
    token: String,
}

impl Holder {
    /// Somebody new, with every scope.
    pub(super) async fn new(house: &House) -> Self {
        Self::of(&house.person().await, &ALL).await
    }

    /// Gets a token by HTTP, as a signed-in person does.
    pub(super) async fn of(person: &Person, scopes: &[&str]) -> Self {
        let wish = json!({"name": "of a test", "scopes": scopes});
        let made = person.post("/api/user/tokens", &wish).await.ok(201);
        Self {
            person: person.clone(),
            chat: person.anonymous(),
            token: text(&made, "token").to_owned(),
        }
    }

    /// The same person on a connection of its own.
    pub(super) fn elsewhere(&self) -> Self {
        Self {
            chat: self.chat.elsewhere(),
            ..self.clone()
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.person.name
    }

    pub(super) fn call(&self, method: Method, path: &str) -> Call {
        let bearer = format!("Bearer {}", self.token);
        self.chat
            .call(method, path)
            .header("authorization", &bearer)
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path).json(body).await
    }

    pub(super) async fn patch(&self, path: &str) -> Answer {
        self.call(Method::PATCH, path).await
    }

    pub(super) async fn edit(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path).json(body).await
    }

    pub(super) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path).await
    }

    /// A new namespace of this person's; its name.
    pub(super) async fn namespace(&self) -> String {
        // Names have no dashes here.
        let name = unique("space").replace('-', "");
        drop(
            self.post("/namespaces", &json!({"name": name}))
                .await
                .ok(201),
        );
        name
    }

    /// The path of a namespace of this person's.
    pub(super) fn at(&self, path: &str) -> String {
        format!("/n/{}/{path}", self.name())
    }

    /// The path of the invites into a namespace of this person's.
    pub(super) fn invites_of(&self, path: &str) -> String {
        format!("{}/-/invites", self.at(path))
    }

    /// Invites somebody; the path of the invite.
    pub(super) async fn invites(&self, path: &str, guest: &Self) -> String {
        let ask = json!({"handle": guest.name()});
        let made = self.post(&self.invites_of(path), &ask).await.ok(200);
        format!("/invites/{}", int(&made, "id"))
    }

    /// How many there are in a list.
    pub(super) async fn count(&self, path: &str) -> usize {
        let list = self.get(path).await.ok(200);
        list.as_array().expect("a bare array").len()
    }
}

/// What everybody is told who may not know.
pub(super) fn not_found() -> Value {
    json!({"message": "Not Found"})
}
