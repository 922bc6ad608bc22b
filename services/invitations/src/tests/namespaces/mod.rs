//! The namespace contract through its routes.

mod access;
mod addresses;
mod bad_input;
mod costs;
mod invites;
mod races;
mod trees;

use std::sync::LazyLock;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::Backend;
use latchkey_testing::openapi::Document;
use serde_json::{Value, json};

use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

/// An owner with the namespace `djinn`, a guest and a stranger.
pub(crate) struct Realm {
    pub(crate) world: World,
    pub(crate) site: Site,
    pub(crate) owner: UserId,
    pub(crate) guest: UserId,
    pub(crate) stranger: UserId,
}

pub(crate) const INVITES: &str = "/n/owner/djinn/-/invites";

/// Everything that this contract knows.
const SCOPES: [&str; 6] = [
    "invite:read",
    "invite:write",
    "invite:delete",
    "namespace:read",
    "namespace:write",
    "namespace:delete",
];

pub(crate) fn not_found() -> Value {
    json!({ "message": "Not Found" })
}

/// Holds an answer against the contract's document; a method that the path does not have is none
/// of its operations.
fn checked(method: &str, uri: &str, answer: Answer) -> Answer {
    static DOCUMENT: LazyLock<Document> =
        LazyLock::new(|| Document::load(latchkey_contracts::namespaces::DOCUMENT).unwrap());
    if answer.status == 405 {
        return answer;
    }
    let path = uri.split('?').next().unwrap();
    let path = path.strip_prefix("/api").unwrap_or(path);
    let content_type = Some(answer.header(&CONTENT_TYPE)).filter(|text| !text.is_empty());
    let body = answer.body.as_bytes();
    DOCUMENT
        .check_answer(
            method,
            &one_segment(path),
            answer.status,
            content_type,
            body,
        )
        .unwrap();
    answer
}

/// The path of names as one part, as templates see it.
fn one_segment(path: &str) -> String {
    let Some(rest) = path.strip_prefix("/n/") else {
        return path.to_owned();
    };
    let (names, collection) = rest
        .split_once("/-/")
        .map_or((rest, None), |(a, b)| (a, Some(b)));
    let known = collection.filter(|it| *it != "nothing");
    let known = known.map_or_else(String::new, |it| format!("/-/{it}"));
    let owner = names.split('/').next().unwrap();
    format!("/n/{owner}/path{known}")
}

impl Realm {
    pub(crate) async fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let site = Site::new(&world);
        let [owner, guest, stranger] =
            ["owner", "guest", "stranger"].map(|name| world.users.account(name));
        let realm = Self {
            world,
            site,
            owner,
            guest,
            stranger,
        };
        let made = realm
            .post(owner, "/namespaces", json!({ "name": "djinn" }))
            .await;
        assert_eq!(made.status, 201, "{}", made.body);
        realm
    }

    pub(crate) async fn call(&self, user: UserId, request: TestRequest) -> Answer {
        let token = self.world.users.api_token(user, &SCOPES);
        self.site.call(&token, request).await
    }

    pub(crate) async fn call_with(
        &self,
        user: UserId,
        scope: &str,
        request: TestRequest,
    ) -> Answer {
        let token = self.world.users.api_token(user, &[scope]);
        self.site.call(&token, request).await
    }

    pub(crate) async fn get(&self, user: UserId, uri: &str) -> Answer {
        let answer = self.call(user, TestRequest::get().uri(uri)).await;
        checked("GET", uri, answer)
    }

    pub(crate) async fn post(&self, user: UserId, uri: &str, body: Value) -> Answer {
        let request = TestRequest::post().uri(uri).set_json(body);
        checked("POST", uri, self.call(user, request).await)
    }

    pub(crate) async fn patch(&self, user: UserId, uri: &str) -> Answer {
        let answer = self.call(user, TestRequest::patch().uri(uri)).await;
        checked("PATCH", uri, answer)
    }

    pub(crate) async fn edit(&self, user: UserId, uri: &str, body: Value) -> Answer {
        let request = TestRequest::patch().uri(uri).set_json(body);
        checked("PATCH", uri, self.call(user, request).await)
    }

    pub(crate) async fn delete(&self, user: UserId, uri: &str) -> Answer {
        let answer = self.call(user, TestRequest::delete().uri(uri)).await;
        checked("DELETE", uri, answer)
    }

    /// Invites the guest to `djinn`; the invite's address.
    pub(crate) async fn invite(&self) -> String {
        let made = self
            .post(self.owner, INVITES, json!({ "handle": "guest" }))
            .await;
        assert_eq!(made.status, 200, "{}", made.body);
        format!("/invites/{}", made.json()["id"])
    }

    /// How many there are in a list.
    pub(crate) async fn count(&self, user: UserId, uri: &str) -> usize {
        let list = self.get(user, uri).await;
        assert_eq!(list.status, 200, "{}", list.body);
        list.json().as_array().unwrap().len()
    }
}
