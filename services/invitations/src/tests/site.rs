//! The routes as the server mounts them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use latchkey_common::auth::{UserId, authority_data};
use latchkey_common::server::{Edge, Mount, app, publish};
use latchkey_peers::fake::Users;
use serde_json::Value;

use crate::tests::world::World;

/// What a browser keeps for its forms.
const MARK: &str = "0123456789abcdef0123456789abcdef";

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
    users: Arc<Users>,
    sessions: Mutex<HashMap<UserId, String>>,
    mounts: Vec<Mount>,
    edge: Edge,
}

impl Site {
    pub(crate) fn new(world: &World) -> Self {
        let users = Arc::clone(&world.users);
        let sessions: Mount = Arc::new(move |config| {
            config.app_data(authority_data(Arc::<Users>::clone(&users)));
        });
        let edge = world.edge();
        let parts = world.build(&edge).parts;
        let mut mounts = vec![sessions];
        mounts.extend(parts.data);
        mounts.push(publish(parts.public, &edge).unwrap());
        Self {
            users: Arc::clone(&world.users),
            sessions: Mutex::default(),
            mounts,
            edge,
        }
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

    /// The cookie of somebody's one session.
    pub(crate) fn cookie(&self, user: UserId) -> (&'static str, String) {
        let mut sessions = self.sessions.lock().unwrap();
        let begin = || self.users.sign_in(user).0;
        let token = sessions.entry(user).or_insert_with(begin);
        ("cookie", format!("t={token}"))
    }

    pub(crate) async fn get_as(&self, user: UserId, uri: &str) -> Answer {
        let cookie = self.cookie(user);
        self.send(TestRequest::get().uri(uri).insert_header(cookie))
            .await
    }

    pub(crate) async fn post_as(&self, user: UserId, uri: &str, body: Value) -> Answer {
        let cookie = self.cookie(user);
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
        self.submit_at("/register", fields).await
    }

    /// The same of another page.
    pub(crate) async fn submit_at(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = TestRequest::post().uri(&format!("{path}?form={MARK}"));
        let request = request.set_form(fields).insert_header(("origin", "null"));
        let cookie = ("cookie", format!("form={MARK}"));
        self.send(request.insert_header(cookie)).await
    }
}
