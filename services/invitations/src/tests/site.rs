//! The routes as the server mounts them.

use std::sync::Arc;

use crate::build;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use latchkey_common::auth::{UserId, authority_data};
use latchkey_common::server::{Edge, Mount, app};
use serde_json::Value;

use crate::tests::peers::Peers;
use crate::tests::peers::users::session_of;
use crate::tests::world::World;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// The routes as the server mounts them.
pub(crate) struct Site {
    mounts: Vec<Mount>,
    edge: Edge,
}

impl Site {
    pub(crate) fn new(world: &World) -> Self {
        let peers = Arc::clone(&world.peers);
        let sessions: Mount = Arc::new(move |config| {
            config.app_data(authority_data(Arc::<Peers>::clone(&peers)));
        });
        let (parts, _) = build(world.setup()).unwrap();
        let mut mounts = vec![sessions];
        mounts.extend(parts.public);
        let edge = Edge::new(world.settings.edge().unwrap(), world.clock());
        edge.speak(parts.dialects);
        Self { mounts, edge }
    }

    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        let app = init_service(app(&self.mounts, &self.edge)).await;
        let answer = call_service(&app, request.to_request()).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = read_body(answer).await;
        let body = String::from_utf8(body.to_vec()).unwrap();
        Answer {
            status,
            headers,
            body,
        }
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(TestRequest::get().uri(uri)).await
    }

    pub(crate) async fn get_as(&self, user: UserId, uri: &str) -> Answer {
        let cookie = ("cookie", format!("t={}", session_of(user)));
        self.send(TestRequest::get().uri(uri).insert_header(cookie))
            .await
    }

    pub(crate) async fn post_as(&self, user: UserId, uri: &str, body: Value) -> Answer {
        let cookie = ("cookie", format!("t={}", session_of(user)));
        let request = TestRequest::post().uri(uri).insert_header(cookie);
        self.send(request.set_json(body)).await
    }

    /// A call of the namespace contract with an API token.
    pub(crate) async fn call(&self, token: &str, request: TestRequest) -> Answer {
        let bearer = ("authorization", format!("Bearer {token}"));
        self.send(request.insert_header(bearer)).await
    }

    /// As browsers submit a page without a referrer over plain http.
    pub(crate) async fn submit(&self, fields: &[(&str, &str)]) -> Answer {
        let request = TestRequest::post().uri("/register").set_form(fields);
        self.send(request.insert_header(("origin", "null"))).await
    }
}
