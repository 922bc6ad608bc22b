//! The namespace contract through its routes.

mod access;
mod bad_input;
mod invites;
mod races;
mod trees;

use actix_web::test::TestRequest;
use latchkey_common::auth::UserId;
use latchkey_testing::Backend;
use serde_json::{Value, json};

use crate::peers::users::{api_token_of, narrow_token_of};
use crate::site::{Answer, Site};
use crate::world::World;

/// An owner with the namespace `djinn`, a guest and a stranger.
pub(crate) struct Realm {
    pub(crate) world: World,
    pub(crate) site: Site,
    pub(crate) owner: UserId,
    pub(crate) guest: UserId,
    pub(crate) stranger: UserId,
}

pub(crate) const INVITES: &str = "/n/owner/djinn/-/invites";

pub(crate) fn not_found() -> Value {
    json!({ "message": "Not Found" })
}

impl Realm {
    pub(crate) async fn new(backend: Backend) -> Self {
        let world = World::new(backend);
        let site = Site::new(&world);
        let [owner, guest, stranger] =
            ["owner", "guest", "stranger"].map(|name| world.peers.account(name));
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
        self.site.call(&api_token_of(user), request).await
    }

    pub(crate) async fn call_with(
        &self,
        user: UserId,
        scope: &str,
        request: TestRequest,
    ) -> Answer {
        let token = narrow_token_of(user, scope);
        self.site.call(&token, request).await
    }

    pub(crate) async fn get(&self, user: UserId, uri: &str) -> Answer {
        self.call(user, TestRequest::get().uri(uri)).await
    }

    pub(crate) async fn post(&self, user: UserId, uri: &str, body: Value) -> Answer {
        self.call(user, TestRequest::post().uri(uri).set_json(body))
            .await
    }

    pub(crate) async fn patch(&self, user: UserId, uri: &str) -> Answer {
        self.call(user, TestRequest::patch().uri(uri)).await
    }

    pub(crate) async fn edit(&self, user: UserId, uri: &str, body: Value) -> Answer {
        self.call(user, TestRequest::patch().uri(uri).set_json(body))
            .await
    }

    pub(crate) async fn delete(&self, user: UserId, uri: &str) -> Answer {
        self.call(user, TestRequest::delete().uri(uri)).await
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
