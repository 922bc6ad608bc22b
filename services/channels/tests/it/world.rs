//! A running server with this service alone, and a users service made of memory.

use std::ops::Deref;
use std::sync::Arc;

use latchkey_channels::{DEFAULTS, MIGRATIONS, SERVICE};
use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::config::Settings;
use latchkey_common::db::Db;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::server::{Edge, Listeners, run};
use latchkey_peers::channels::{
    AddMember, AddMemberError, ChannelId, ChannelsApi, JoinPublic, Membership, Permission,
    Permissions,
};
use latchkey_peers::fake::Users;
use latchkey_process::{Built, Peers, Setup};
use latchkey_testing::Backend;
use latchkey_testing::chat::Chat;
use latchkey_testing::db::TestDb;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// Somebody with a session: a client of the service.
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) session: SessionId,
    pub(crate) chat: Chat,
}

impl Deref for Person {
    type Target = Chat;

    fn deref(&self) -> &Chat {
        &self.chat
    }
}

impl Person {
    /// The wish to join a public channel.
    pub(crate) fn joining(&self, channel: i64) -> JoinPublic {
        JoinPublic {
            channel: ChannelId(channel),
            user: UserId(self.id),
            username: self.name.clone(),
            call: None,
        }
    }
}

/// What a test changes about the service.
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
pub(crate) struct World {
    pub(crate) test_db: Arc<TestDb>,
    pub(crate) db: Db,
    pub(crate) users: Arc<Users>,
    pub(crate) peer: Arc<dyn ChannelsApi>,
    options: Options,
    chat: Chat,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<Result<(), Fault>>>,
}

impl World {
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::with(backend, Options::default()).await
    }

    pub(crate) async fn with(backend: Backend, options: Options) -> Self {
        let test_db = Arc::new(TestDb::new(backend, "channels"));
        let users = Users::new(test_db.clock());
        let users = if options.tells {
            users
        } else {
            users.elsewhere()
        };
        Self::over(test_db, Arc::new(users), options).await
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
            ("LATCHKEY_RATE_LIMITS", "off"),
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
        let settings = Settings::load(&[DEFAULTS], None, env).unwrap();
        let edge = Edge::new(settings.edge().unwrap(), test_db.clock().clone());
        let db = test_db.open(MIGRATIONS);
        let asked = Peers {
            users: Some(Arc::<Users>::clone(&users)),
            ..Peers::default()
        };
        let setup = Setup {
            settings: &settings,
            edge: &edge,
            db: db.clone(),
            peers: asked,
            master_key: None,
        };
        let Built { parts, peers, .. } = (SERVICE.build)(&setup).unwrap();
        let listeners = Listeners::open(&edge, None).unwrap();
        let chat = Chat::at(&format!("http://{}", listeners.public_address().unwrap()));
        let (stop, stopped) = oneshot::channel();
        let until = async { drop(stopped.await) };
        let server = tokio::task::spawn_local(run(listeners, parts, edge, None, until));
        Self {
            test_db,
            db,
            users,
            peer: peers.channels().unwrap(),
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
        self.session_of(self.users.account(name).0)
    }

    /// One more session of the same account.
    pub(crate) fn session_of(&self, id: i64) -> Person {
        let (token, caller) = self.users.sign_in(UserId(id));
        Person {
            id,
            name: caller.username,
            session: caller.session,
            chat: self.chat.with_session(&token),
        }
    }

    /// Makes a public channel; answers its id.
    pub(crate) async fn channel(&self, owner: &Person, name: &str) -> i64 {
        let made = owner.create_channel(name, "public").await.ok(201);
        made["channelId"].as_i64().unwrap()
    }

    /// Joins a public channel.
    pub(crate) async fn join(&self, person: &Person, channel: i64) -> Membership {
        let joined = self.peer.join_public(person.joining(channel)).await;
        joined.unwrap().membership
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
                ends_after: None,
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
