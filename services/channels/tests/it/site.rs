//! A running server with this service alone, and a users service made of memory.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use latchkey_channels::{DEFAULTS, MIGRATIONS, Settings, Setup, build};
use latchkey_common::auth::jwt::VerifyingKey;
use latchkey_common::auth::{
    AccountState, ApiCaller, Caller, Resolved, SessionAuthority, SessionId, Subject,
    TokenAuthority, UserId,
};
use latchkey_common::clock::Millis;
use latchkey_common::config;
use latchkey_common::db::Db;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{TokenHash, new_token};
use latchkey_common::server::{Edge, Listeners, run};
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelId, ChannelsApi, Membership, Permission, Permissions,
};
use latchkey_peers::events::{Batch, UserEvent};
use latchkey_peers::users::{CreateAccount, CreateAccountError, SessionsEnded, UserView, UsersApi};
use latchkey_peers::{Decided, MadeAct};
use latchkey_testing::Backend;
use latchkey_testing::chat::Chat;
use latchkey_testing::db::TestDb;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Sessions in memory.
pub(crate) struct Users {
    sessions: Mutex<HashMap<TokenHash, Caller>>,
    hooks: Mutex<Vec<SessionsEnded>>,
    last: AtomicI64,
    /// Whether hooks are called; a peer in another process cannot.
    tells: bool,
    pub(crate) is_down: AtomicBool,
}

impl Users {
    pub(crate) fn end(&self, session: SessionId) {
        self.sessions
            .lock()
            .unwrap()
            .retain(|_, caller| caller.session != session);
        if self.tells {
            for hook in self.hooks.lock().unwrap().iter() {
                hook(&[session]);
            }
        }
    }

    fn check(&self) -> Result<(), Fault> {
        if self.is_down.load(Ordering::Relaxed) {
            return Err(Fault::overloaded("users"));
        }
        Ok(())
    }
}

#[async_trait]
impl SessionAuthority for Users {
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault> {
        self.check()?;
        let caller = self.sessions.lock().unwrap().get(token).cloned();
        Ok(caller.map(|caller| Resolved {
            caller,
            renewed: false,
        }))
    }
}

/// No contract with tokens is served here.
#[async_trait]
impl TokenAuthority for Users {
    async fn resolve_api_token(&self, _: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        Ok(None)
    }

    async fn account_state(&self, _: &Subject) -> Result<Option<AccountState>, Fault> {
        Ok(None)
    }

    async fn verifying_key(&self, _: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        Ok(None)
    }
}

#[async_trait]
impl UsersApi for Users {
    async fn create_account(&self, _: CreateAccount) -> Result<UserView, CreateAccountError> {
        Err(CreateAccountError::Barred)
    }

    async fn decide_account(&self, _: ActKey) -> Result<Decided<UserView>, Fault> {
        Ok(Decided::Barred)
    }

    async fn by_ids(&self, _: Vec<UserId>) -> Result<Vec<UserView>, Fault> {
        Ok(Vec::new())
    }

    async fn by_uuids(&self, _: Vec<String>) -> Result<Vec<UserView>, Fault> {
        Ok(Vec::new())
    }

    async fn by_handle(&self, _: String) -> Result<Option<UserView>, Fault> {
        Ok(None)
    }

    async fn by_username(&self, _: String) -> Result<Option<UserView>, Fault> {
        Ok(None)
    }

    async fn has_super_user(&self) -> Result<bool, Fault> {
        Ok(true)
    }

    async fn live_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
        self.check()?;
        let known = self.sessions.lock().unwrap();
        Ok(known
            .values()
            .map(|caller| caller.session)
            .filter(|session| sessions.contains(session))
            .collect())
    }

    fn on_sessions_ended(&self, hook: SessionsEnded) -> bool {
        self.hooks.lock().unwrap().push(hook);
        self.tells
    }

    async fn public_keys(&self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    async fn made_acts(&self, _: Option<ActKey>, _: i64) -> Result<Vec<MadeAct>, Fault> {
        Ok(Vec::new())
    }

    async fn events(&self, after: i64, _: i64) -> Result<Batch<UserEvent>, Fault> {
        Ok(Batch {
            events: Vec::new(),
            next: after,
        })
    }
}

/// Somebody with a session: a client of the site.
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) session: SessionId,
    chat: Chat,
}

impl Deref for Person {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

/// What a test changes about a site.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) settings: String,
    pub(crate) tells: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            settings: String::new(),
            tells: true,
        }
    }
}

/// The running service.
pub(crate) struct Site {
    pub(crate) test_db: Arc<TestDb>,
    pub(crate) db: Db,
    pub(crate) users: Arc<Users>,
    pub(crate) peer: Arc<dyn ChannelsApi>,
    options: Options,
    chat: Chat,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), Fault>>>,
}

impl Site {
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::with(backend, Options::default()).await
    }

    pub(crate) async fn with(backend: Backend, options: Options) -> Self {
        let users = Arc::new(Users {
            sessions: Mutex::default(),
            hooks: Mutex::default(),
            last: AtomicI64::new(0),
            tells: options.tells,
            is_down: AtomicBool::new(false),
        });
        let test_db = Arc::new(TestDb::new(backend, "channels"));
        Self::over(test_db, users, options).await
    }

    /// A second instance beside this one, with the same settings on the same database.
    pub(crate) async fn replica(&self) -> Self {
        let (db, users) = (Arc::clone(&self.test_db), Arc::clone(&self.users));
        Self::over(db, users, self.options.clone()).await
    }

    #[expect(clippy::unused_async, reason = "opening listeners needs the runtime")]
    async fn over(test_db: Arc<TestDb>, users: Arc<Users>, options: Options) -> Self {
        let env = [
            ("LATCHKEY_LISTEN", "127.0.0.1:0"),
            ("LATCHKEY_INTERNAL_LISTEN", "127.0.0.1:0"),
            ("LATCHKEY_SERVER__WORKERS", "1"),
            ("LATCHKEY_SERVER__STOP_SECONDS", "5"),
        ];
        let env = env
            .iter()
            .copied()
            .chain(
                options
                    .settings
                    .split_whitespace()
                    .filter_map(|pair| pair.split_once('=')),
            )
            .map(|(name, value)| (name.into(), value.into()));
        let loaded = config::Settings::load(&[DEFAULTS], None, env).unwrap();
        let edge = Edge::new(loaded.edge().unwrap(), test_db.clock().clone());
        let db = test_db.open(MIGRATIONS);
        let (parts, peer) = build(Setup {
            settings: loaded.table::<Settings>().unwrap(),
            edge: edge.settings(),
            db: db.clone(),
            users: Arc::<Users>::clone(&users),
            stop: edge.stop_handle(),
        });
        let listeners = Listeners::open(&edge, None).unwrap();
        let chat = Chat::at(&format!("http://{}", listeners.public_address().unwrap()));
        let (stop, stopped) = oneshot::channel();
        let until = async { drop(stopped.await) };
        let server = tokio::task::spawn_local(run(listeners, parts, edge, None, until));
        Self {
            test_db,
            db,
            users,
            peer,
            options,
            chat,
            stop: Some(stop),
            server: Some(server),
        }
    }

    /// Nobody in particular.
    pub(crate) fn anybody(&self) -> &Chat {
        &self.chat
    }

    /// A new account with a session.
    pub(crate) fn person(&self, name: &str) -> Person {
        let id = self.users.last.fetch_add(1, Ordering::Relaxed) + 1;
        self.session_of(id, name)
    }

    /// One more session of the same account.
    pub(crate) fn session_of(&self, id: i64, name: &str) -> Person {
        let (token, hash) = new_token().unwrap();
        let session = SessionId(1000 + self.users.last.fetch_add(1, Ordering::Relaxed));
        let caller = Caller {
            user: UserId(id),
            username: name.to_owned(),
            uuid: format!("00000000-0000-4000-8000-{id:012}"),
            created_at: Millis(0),
            session,
            is_super_user: false,
        };
        self.users.sessions.lock().unwrap().insert(hash, caller);
        Person {
            id,
            name: name.to_owned(),
            session,
            chat: self.chat.with_session(token.expose()),
        }
    }

    /// Makes a public channel; answers its id.
    pub(crate) async fn channel(&self, owner: &Person, name: &str) -> i64 {
        let made = owner.create_channel(name, "public").await.ok(201);
        made["channelId"].as_i64().unwrap()
    }

    /// Joins a public channel.
    pub(crate) async fn join(&self, person: &Person, channel: i64) -> Membership {
        self.peer
            .join_public(ChannelId(channel), UserId(person.id), person.name.clone())
            .await
            .unwrap()
    }

    /// Comes in on an invitation of `issuer`, with exactly these permissions.
    pub(crate) async fn add(
        &self,
        person: &Person,
        channel: i64,
        permissions: &[Permission],
        issuer: &Person,
    ) -> Result<Membership, AddMemberError> {
        self.peer
            .add_member(AddMember {
                key: ActKey::random(),
                channel: ChannelId(channel),
                user: UserId(person.id),
                username: person.name.clone(),
                permissions: permissions.iter().copied().collect::<Permissions>(),
                issuer: UserId(issuer.id),
                issuer_since: None,
            })
            .await
    }

    /// Asks the server to stop, as SIGTERM does.
    pub(crate) fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap_or_default();
    }

    /// Stops and waits for the end.
    pub(crate) async fn stopped(mut self) {
        if self.stop.is_some() {
            self.stop();
        }
        self.server.take().unwrap().await.unwrap().unwrap();
    }
}
