//! The group contract through its routes.

mod addresses;
mod app;
mod bad_input;
mod closed;
mod long;
mod races;
mod rules;

use actix_web::test::TestRequest;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use latchkey_common::auth::UserId;
use latchkey_contracts::groups::DOCUMENT;
use latchkey_testing::Backend;
use latchkey_testing::openapi::Document;
use serde_json::{Value, json};

use crate::tests::site::{Answer, Site};
use crate::tests::world::World;

const STRANGE: &str = "a8f1b2c3-0000-4000-8000-00000000000f";

const SECRET: &str = "the secret of a site that has a login of its own";

/// People, and the routes for them. Tokens come from a site's own issuer.
struct Groups {
    world: World,
    site: Site,
    document: Document,
}

impl Groups {
    fn new(backend: Backend) -> Self {
        let secret = ("LATCHKEY_INVITATIONS__GROUP_ISSUER__HS256_SECRET", SECRET);
        let world = World::with(backend, &[secret]);
        let site = Site::new(&world);
        let document = Document::load(DOCUMENT).unwrap();
        Self {
            world,
            site,
            document,
        }
    }

    fn uuid(&self, user: UserId) -> String {
        self.world.users.view(user).uuid
    }

    fn token(&self, user: UserId) -> String {
        let now = self.world.clock().now().seconds();
        let claims = json!({"id": self.uuid(user), "iat": now, "exp": now + 3_600});
        let header = Header::new(Algorithm::HS256);
        encode(
            &header,
            &claims,
            &EncodingKey::from_secret(SECRET.as_bytes()),
        )
        .unwrap()
    }

    /// Every answer is held against the document, whose paths are those without the optional slash.
    async fn call(&self, user: UserId, method: &str, uri: &str, body: Option<Value>) -> Answer {
        let mut request = TestRequest::with_uri(uri).method(method.parse().unwrap());
        if let Some(body) = body {
            request = request.set_json(body);
        }
        let answer = self.send(user, request).await;
        let path = uri.split('?').next().unwrap_or_default();
        let path = match path.trim_end_matches('/') {
            "/invite" => "/invite/",
            other => other,
        };
        if answer.status != 405 {
            let content_type = answer.headers.get("content-type");
            let checked = self.document.check_answer(
                method,
                path,
                answer.status,
                content_type.map(|it| it.to_str().unwrap()),
                answer.body.as_bytes(),
            );
            assert_eq!(checked, Ok(()), "against the document");
        }
        answer
    }

    async fn send(&self, user: UserId, request: TestRequest) -> Answer {
        let bearer = ("authorization", format!("Bearer {}", self.token(user)));
        self.site.send(request.insert_header(bearer)).await
    }

    async fn get(&self, user: UserId, uri: &str) -> Answer {
        self.call(user, "GET", uri, None).await
    }

    async fn post(&self, user: UserId, uri: &str, body: Value) -> Answer {
        self.call(user, "POST", uri, Some(body)).await
    }

    async fn patch(&self, user: UserId, uri: &str, body: Value) -> Answer {
        self.call(user, "PATCH", uri, Some(body)).await
    }

    async fn delete(&self, user: UserId, uri: &str) -> Answer {
        self.call(user, "DELETE", uri, None).await
    }

    /// A group of somebody's; its UUID.
    async fn group(&self, owner: UserId, name: &str) -> String {
        let made = self.post(owner, "/group", json!({"name": name})).await;
        ok(&made, 201)["id"].as_str().unwrap().to_owned()
    }

    async fn try_make(&self, caller: UserId, user: UserId, group: &str, by: &str) -> Answer {
        let body = json!({"userId": self.uuid(user), "groupId": group, "madeBy": by});
        self.post(caller, "/invite/", body).await
    }

    /// The path of a new request or offer.
    async fn make(&self, caller: UserId, user: UserId, group: &str, by: &str) -> String {
        let made = self.try_make(caller, user, group, by).await;
        let made = ok(&made, 201);
        format!("/invite/{}", made["id"].as_str().unwrap())
    }

    async fn decide(&self, user: UserId, invite: &str, word: &str) -> Answer {
        self.patch(user, invite, json!({"status": word})).await
    }

    /// The names and roles in a group.
    async fn members(&self, caller: UserId, group: &str) -> Vec<(String, String)> {
        let answer = self.get(caller, &format!("/member/group/{group}")).await;
        let list = ok(&answer, 200);
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        list.as_array()
            .unwrap()
            .iter()
            .map(|row| (word(&row["user"]["userName"]), word(&row["role"])))
            .collect()
    }

    /// The path of somebody's membership.
    async fn membership(&self, user: UserId, group: &str) -> String {
        let uri = format!("/member/user/{}", self.uuid(user));
        let list = ok(&self.get(user, &uri).await, 200);
        let rows = list.as_array().unwrap();
        let row = rows.iter().find(|row| row["groupId"] == group).unwrap();
        format!("/member/{}", row["id"].as_str().unwrap())
    }

    /// How many requests and offers a list shows.
    async fn count(&self, caller: UserId, uri: &str) -> usize {
        ok(&self.get(caller, uri).await, 200)
            .as_array()
            .unwrap()
            .len()
    }
}

#[track_caller]
fn ok(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap_or(Value::Null)
}

/// A refusal has its sentence in both members.
#[track_caller]
fn refused(answer: &Answer, status: u16) {
    let body = ok(answer, status);
    let sentence = body["message"].as_str().unwrap();
    assert!(!sentence.is_empty());
    assert_eq!(body, json!({"message": sentence, "error": sentence}));
}
