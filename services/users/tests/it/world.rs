//! One users service on a database of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, Error};
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};
use latchkey_common::auth::SessionId;
use latchkey_common::config::Settings;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::db::{Conn, Db};
use latchkey_common::fault::Fault;
use latchkey_common::jobs::{Job, Supervisor};
use latchkey_common::on;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use latchkey_common::server::{
    Edge, InternalRoute, Keeper, Mount, Sitemap, app, internal_app, publish,
};
use latchkey_peers::users::{CreateAccount, Password, UserView, Username, UsersApi};
use latchkey_process::{Built, Peers, Setup};
use latchkey_testing::Backend;
use latchkey_testing::db::TestDb;
use latchkey_users::{DEFAULTS, MIGRATIONS, SERVICE};
use serde_json::{Value, json};

pub(crate) use crate::answer::Answer;

pub(crate) const PASSWORD: &str = "password123";

const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Settings that make tests quick: cheap hashes. Limits are off unless a test is about them.
const QUICK: [(&str, &str); 3] = [
    ("LATCHKEY_USERS__PASSWORD_MEMORY_KIB", "64"),
    ("LATCHKEY_USERS__PASSWORD_PASSES", "1"),
    ("LATCHKEY_RATE_LIMITS", "off"),
];

pub(crate) struct World {
    pub(crate) users: Arc<dyn UsersApi>,
    pub(crate) db: Db,
    pub(crate) edge: Edge,
    pub(crate) test_db: TestDb,
    public: Vec<Mount>,
    internal: Vec<InternalRoute>,
    jobs: Mutex<Vec<Job>>,
}

pub(crate) fn master_key() -> MasterKey {
    MasterKey::parse(&Secret::new(MASTER_KEY)).unwrap()
}

/// The settings of a test: `env` over [`QUICK`].
pub(crate) fn settings(env: &[(&str, &str)]) -> Settings {
    let env = QUICK
        .iter()
        .chain(env)
        .map(|(name, value)| ((*name).into(), (*value).into()));
    Settings::load(&[DEFAULTS], None, env).unwrap()
}

impl World {
    pub(crate) fn new(backend: Backend) -> Self {
        Self::with(backend, &[])
    }

    pub(crate) fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        Self::on(TestDb::new(backend, "users"), env)
    }

    /// The service with other settings on the database of one that has stopped.
    pub(crate) fn restarted(self, env: &[(&str, &str)]) -> Self {
        Self::on(self.test_db, env)
    }

    fn on(test_db: TestDb, env: &[(&str, &str)]) -> Self {
        let settings = settings(env);
        let edge = Edge::new(settings.edge().unwrap(), test_db.clock().clone());
        let db = test_db.open(MIGRATIONS);
        let Built { parts, peers, .. } = built(&settings, &edge, db.clone());
        let public = public(&edge, parts.data, parts.public);
        Self {
            users: peers.users().unwrap(),
            db,
            edge,
            test_db,
            public,
            internal: parts.internal,
            jobs: Mutex::new(parts.jobs),
        }
    }

    /// The public routes of another replica, on the same database with connections of its own.
    pub(crate) fn replica(&self) -> Vec<Mount> {
        let db = self.test_db.open(MIGRATIONS);
        let parts = built(&settings(&[]), &self.edge, db).parts;
        public(&self.edge, parts.data, parts.public)
    }

    /// Another process of the service, on the same database, as a peer.
    pub(crate) fn other_users(&self) -> Arc<dyn UsersApi> {
        let db = self.test_db.open(MIGRATIONS);
        built(&settings(&[]), &self.edge, db).peers.users().unwrap()
    }

    /// What a query finds in the column `cell`, past the service: for what no answer shows.
    pub(crate) async fn cells(&self, sql: &'static str) -> Vec<String> {
        let read = move |conn: &mut Conn| {
            let cells: Vec<Cell> = on!(conn, |c| sql_query(sql).load(c))?;
            Ok::<_, Fault>(cells)
        };
        let cells = self.db.read(read).await.unwrap();
        cells.into_iter().map(|row| row.cell).collect()
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

    /// An account made as an invitation makes one.
    pub(crate) async fn account(&self, username: &str) -> UserView {
        let ask = ask(username);
        self.users.create_account(ask).await.unwrap()
    }

    /// A session of somebody; answers its token.
    pub(crate) async fn log_in(&self, username: &str) -> String {
        let answer = self.try_log_in(username, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.json());
        answer.cookie("t").unwrap()
    }

    pub(crate) async fn try_log_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({"username": username, "password": password});
        self.post("/api/user/login", None, body).await
    }

    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> Answer {
        self.call(
            &self.public,
            with_cookie(TestRequest::get().uri(path), token),
        )
        .await
    }

    pub(crate) async fn post(&self, path: &str, token: Option<&str>, body: Value) -> Answer {
        let request = TestRequest::post().uri(path).set_json(body);
        self.call(&self.public, with_cookie(request, token)).await
    }

    pub(crate) async fn delete(&self, path: &str, token: Option<&str>) -> Answer {
        let request = TestRequest::delete().uri(path);
        self.call(&self.public, with_cookie(request, token)).await
    }

    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        self.call(&self.public, request).await
    }

    /// A call of routes that are served beside these: another contract's, or a replica's.
    pub(crate) async fn ask(&self, mounts: &[Mount], request: TestRequest) -> Answer {
        self.call(mounts, request).await
    }

    /// A call of the operator.
    pub(crate) async fn operate(&self, command: &str, body: Value) -> Answer {
        let path = format!("/operator/users/{command}");
        let request = TestRequest::post().uri(&path).set_json(body);
        let socket = internal_app(&self.internal, &self.edge, &Keeper::Socket);
        answer(socket, request).await
    }

    pub(crate) async fn is_live(&self, token: &str) -> bool {
        let answer = self.get("/api/user/info", Some(token)).await;
        match answer.status {
            StatusCode::OK => true,
            StatusCode::UNAUTHORIZED => false,
            other => panic!("{other}"),
        }
    }

    /// The ids of the sessions that `token` sees, and which is its own.
    pub(crate) async fn sessions(&self, token: &str) -> (Vec<i64>, i64) {
        let list = self.get("/api/user/sessions", Some(token)).await.json();
        let list = list["sessions"].as_array().unwrap();
        let id = |session: &Value| session["sessionId"].as_i64().unwrap();
        let own = list.iter().find(|session| session["current"] == true);
        (list.iter().map(id).collect(), id(own.unwrap()))
    }

    /// Collects the sessions that are reported as ended.
    pub(crate) fn hear(&self) -> Heard {
        let heard = Heard::default();
        let ear = Arc::clone(&heard.0);
        assert!(self.users.on_sessions_ended(Arc::new(move |ids| {
            ear.lock().unwrap().extend(ids.iter().copied());
        })));
        heard
    }

    async fn call(&self, mounts: &[Mount], request: TestRequest) -> Answer {
        answer(app(mounts, &self.edge), request).await
    }
}

async fn answer<T>(app: App<T>, request: TestRequest) -> Answer
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
    let answer = call_service(&service, request.to_request()).await;
    let (status, headers) = (answer.status(), answer.headers().clone());
    Answer {
        status,
        headers,
        body: read_body(answer).await.to_vec(),
    }
}

#[derive(QueryableByName)]
struct Cell {
    #[diesel(sql_type = Text)]
    cell: String,
}

/// The service as the product builds it.
fn built(settings: &Settings, edge: &Edge, db: Db) -> Built {
    let setup = Setup {
        settings,
        edge,
        db,
        peers: Peers::default(),
        master_key: Some(master_key()),
    };
    (SERVICE.build)(&setup).unwrap()
}

fn public(edge: &Edge, mut data: Vec<Mount>, sitemaps: Vec<Sitemap>) -> Vec<Mount> {
    data.push(publish(sitemaps, edge).unwrap());
    data
}

/// An account to be made with a key of its own.
pub(crate) fn ask(username: &str) -> CreateAccount {
    CreateAccount {
        key: ActKey::random(),
        username: Username::parse(username).unwrap(),
        password: Password::parse(PASSWORD).unwrap(),
        is_super_user: false,
        issuer: None,
        by_super_users: false,
    }
}

fn with_cookie(request: TestRequest, token: Option<&str>) -> TestRequest {
    match token {
        Some(token) => request.insert_header(("cookie", format!("t={token}"))),
        None => request,
    }
}

/// Sessions that were reported as ended since the last look.
#[derive(Default)]
pub(crate) struct Heard(Arc<Mutex<Vec<SessionId>>>);

impl Heard {
    pub(crate) fn take(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = self.0.lock().unwrap().drain(..).map(|id| id.0).collect();
        ids.sort_unstable();
        ids
    }
}
