//! One Discord service on a database of its own, with a Discord of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, Error};
use latchkey_common::auth::UserId;
use latchkey_common::config::Settings;
use latchkey_common::jobs::{Job, Supervisor};
use latchkey_common::server::{Edge, InternalRoute, Keeper, Mount, app, internal_app, publish};
use latchkey_contracts::discord::Rds;
use latchkey_discord::{DEFAULTS, MIGRATIONS, SERVICE};
use latchkey_peers::fake::Users;
use latchkey_process::{Peers, Setup};
use latchkey_testing::Backend;
use latchkey_testing::db::TestDb;
use latchkey_testing::discord::FakeDiscord;
use latchkey_testing::openapi::Document;
use serde_json::Value;

/// The numbers of people; [`BOSS`] is a super user.
pub(crate) const BOSS: i64 = 1;
pub(crate) const ANNA: i64 = 2;
pub(crate) const BERT: i64 = 3;

pub(crate) const PATHS: [&str; 3] = [
    "/discord/invites",
    "/discord-actions/invite",
    "/discord-actions/invites",
];

pub(crate) struct World {
    pub(crate) discord: FakeDiscord,
    pub(crate) users: Arc<Users>,
    pub(crate) test_db: TestDb,
    edge: Edge,
    document: Document,
    public: Vec<Mount>,
    internal: Vec<InternalRoute>,
    jobs: Mutex<Vec<Job>>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Asks for a status and a body, to the letter.
    #[track_caller]
    pub(crate) fn is(&self, status: u16, body: &Value) {
        assert_eq!((self.status, &self.body), (status, body));
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl World {
    pub(crate) fn new(backend: Backend) -> Self {
        Self::with(backend, &[])
    }

    pub(crate) fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let discord = FakeDiscord::start();
        let found = discord.settings();
        let known = found.iter().map(|(name, value)| (*name, value.as_str()));
        let env = known
            .chain([
                ("LATCHKEY_RATE_LIMITS", "off"),
                ("LATCHKEY_PUBLIC_URL", "https://town.example"),
            ])
            .chain(env.iter().copied())
            .map(|(name, value)| (name.into(), value.into()));
        let settings = Settings::load(&[DEFAULTS], None, env).unwrap();
        let test_db = TestDb::new(backend, "discord");
        let edge = Edge::new(settings.edge().unwrap(), test_db.clock().clone());
        let users = Arc::new(Users::new(test_db.clock()));
        users.super_user("user-1");
        for id in 2..=9 {
            users.account(&format!("user-{id}"));
        }
        let peers = Peers {
            users: Some(Arc::<Users>::clone(&users)),
            ..Peers::default()
        };
        let setup = Setup {
            settings: &settings,
            edge: &edge,
            db: test_db.open(MIGRATIONS),
            peers,
            master_key: None,
        };
        let parts = (SERVICE.build)(&setup).unwrap().parts;
        let mut public = parts.data;
        public.push(publish(parts.public, &edge).unwrap());
        Self {
            discord,
            users,
            test_db,
            edge,
            document: Document::load(latchkey_contracts::discord::DOCUMENT).unwrap(),
            public,
            internal: parts.internal,
            jobs: Mutex::new(parts.jobs),
        }
    }

    /// Starts the background work; it ends with the test.
    pub(crate) fn start_jobs(&self) -> Supervisor {
        Supervisor::start(std::mem::take(&mut *self.jobs.lock().unwrap()))
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.test_db.clock().advance(span);
    }

    pub(crate) fn put_back(&self, span: Duration) {
        self.test_db.clock().put_back(span);
    }

    pub(crate) async fn get(&self, path: &str, user: i64) -> Answer {
        self.send(self.request(Method::GET, path, user)).await
    }

    pub(crate) async fn post(&self, path: &str, user: i64) -> Answer {
        self.send(self.request(Method::POST, path, user)).await
    }

    pub(crate) async fn delete(&self, path: &str, user: i64) -> Answer {
        self.send(self.request(Method::DELETE, path, user)).await
    }

    /// A link of somebody's; its URL.
    pub(crate) async fn link(&self, user: i64) -> String {
        let made = self.post(PATHS[0], user).await.ok(201);
        made["inviteLink"].as_str().unwrap().to_owned()
    }

    pub(crate) fn request(&self, method: Method, path: &str, user: i64) -> TestRequest {
        let session = self.users.signed::<Rds>(UserId(user), 86_400);
        TestRequest::with_uri(path)
            .method(method)
            .insert_header(("cookie", format!("rds-session={session}")))
    }

    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        let (answer, bytes, what) = call(app(&self.public, &self.edge), request).await;
        let (method, path) = what;
        if answer.status != 405 {
            let checked = self.document.check_answer(
                method.as_str(),
                &path,
                answer.status,
                answer.header("content-type"),
                &bytes,
            );
            checked.unwrap();
        }
        answer
    }

    pub(crate) async fn operator(&self, command: &str, body: &Value) -> Answer {
        let path = format!("/operator/discord/{command}");
        let request = TestRequest::post().uri(&path).set_json(body);
        let socket = internal_app(&self.internal, &self.edge, &Keeper::Socket);
        call(socket, request).await.0
    }
}

async fn call<T>(app: App<T>, request: TestRequest) -> (Answer, Vec<u8>, (Method, String))
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<BoxBody>,
            Error = Error,
            InitError = (),
        > + 'static,
{
    let service = init_service(app).await;
    let request = request.to_request();
    let what = (request.method().clone(), request.path().to_owned());
    let response = call_service(&service, request).await;
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let bytes = read_body(response).await.to_vec();
    let body = serde_json::from_slice(&bytes).unwrap_or_default();
    let answer = Answer {
        status,
        headers,
        body,
    };
    (answer, bytes, what)
}
