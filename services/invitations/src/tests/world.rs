//! One invitations service on a database of its own, among [`Users`] and [`Channels`] in memory.

use std::sync::Arc;
use std::time::Duration;

use super::unkeyed::plain;
use crate::app::App;
use crate::app::channel::invite::{ChannelOffer, InviteError as OfferError, invite_to_channel};
use crate::app::channel::join::{Join, JoinError, join_channel};
use crate::app::channel::list_invitations::list_received;
use crate::app::engine::follow_feeds::follow_feeds;
use crate::app::engine::settle::settle_due;
use crate::app::registration::create_link::{LinkLife, NewLink, create_link};
use crate::app::registration::invite::{InviteError, Issued, invite_to_register};
use crate::app::registration::register::{RegisterError, Registration, register};
use crate::domain::claim::Which;
use crate::domain::invitation::{Invitation, InvitationId, State, Use, UseState};
use crate::store::engine::invitations::find;
use crate::store::ledger::history;
use crate::{DEFAULTS, MIGRATIONS, SERVICE};
use latchkey_common::audit::Actor;
use latchkey_common::auth::{Caller, UserId};
use latchkey_common::clock::Clock;
use latchkey_common::config::Settings;
use latchkey_common::db::feed::Feed;
use latchkey_common::fault::Fault;
use latchkey_common::page::Page;
use latchkey_common::rate_limit::Limits;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use latchkey_common::server::Edge;
use latchkey_peers::channels::{ChannelId, Membership, Permission, Permissions};
use latchkey_peers::fake::{Channels, Users};
use latchkey_peers::users::UserView;
use latchkey_process::{Built, Peers, Setup};
use latchkey_testing::Backend;
use latchkey_testing::db::TestDb;
use tokio::sync::Notify;

pub(crate) const PASSWORD: &str = "password123";

/// How a test's service differs from the defaults: an act hangs for a moment only, and nothing is
/// limited.
const QUICK: [(&str, &str); 3] = [
    ("LATCHKEY_PUBLIC_URL", "https://chat.example"),
    ("LATCHKEY_INVITATIONS__ACT_DEADLINE_MS", "300"),
    ("LATCHKEY_RATE_LIMITS", "off"),
];

pub(crate) struct World {
    pub(crate) users: Arc<Users>,
    pub(crate) channels: Arc<Channels>,
    pub(crate) app: Arc<App>,
    pub(crate) settings: Settings,
    master_key: MasterKey,
    test_db: TestDb,
}

impl World {
    pub(crate) fn new(backend: Backend) -> Self {
        Self::with(backend, &[])
    }

    /// `env` goes before [`QUICK`].
    pub(crate) fn with(backend: Backend, env: &[(&str, &str)]) -> Self {
        let env = QUICK.iter().chain(env);
        let env = env.map(|(name, value)| ((*name).into(), (*value).into()));
        let settings = Settings::load(&[DEFAULTS], None, env).unwrap();
        let test_db = TestDb::new(backend, "invitations");
        let users = Arc::new(Users::new(test_db.clock()));
        let channels = Arc::new(Channels::new(test_db.clock()));
        let master_key = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
        let app = instance(&settings, &test_db, &users, &channels, &master_key);
        Self {
            users,
            channels,
            app,
            settings,
            master_key,
            test_db,
        }
    }

    /// The service again, on the same database with connections of its own.
    pub(crate) fn second(&self) -> Arc<App> {
        instance(
            &self.settings,
            &self.test_db,
            &self.users,
            &self.channels,
            &self.master_key,
        )
    }

    /// The same as the product builds it, behind `edge`.
    pub(crate) fn build(&self, edge: &Edge) -> Built {
        let peers = Peers {
            users: Some(Arc::<Users>::clone(&self.users)),
            channels: Some(Arc::<Channels>::clone(&self.channels)),
        };
        let setup = Setup {
            settings: &self.settings,
            edge,
            db: self.app.db.clone(),
            peers,
            master_key: Some(self.master_key.clone()),
        };
        (SERVICE.build)(&setup).unwrap()
    }

    pub(crate) fn edge(&self) -> Edge {
        Edge::new(self.settings.edge().unwrap(), self.clock())
    }

    pub(crate) fn advance(&self, span: Duration) {
        self.test_db.clock().advance(span);
    }

    pub(crate) fn put_back(&self, span: Duration) {
        self.test_db.clock().put_back(span);
    }

    pub(crate) fn clock(&self) -> Clock {
        self.test_db.clock().clone()
    }

    pub(crate) fn caller(&self, user: UserId) -> Caller {
        self.users.sign_in(user).1
    }

    pub(crate) async fn try_invite(&self, issuer: UserId) -> Result<Issued, InviteError> {
        plain(invite_to_register(&self.app, &self.caller(issuer), None).await)
    }

    /// A registration invitation of somebody's, good for one.
    pub(crate) async fn invite(&self, issuer: UserId) -> Issued {
        self.try_invite(issuer).await.unwrap()
    }

    /// A link of the operator's.
    pub(crate) async fn link(&self, uses: i64) -> Issued {
        let link = NewLink {
            uses,
            life: LinkLife::Endless,
            super_user: false,
        };
        create_link(&self.app, Actor::operator(true), link)
            .await
            .unwrap()
    }

    pub(crate) async fn sign_up(
        &self,
        token: &Secret,
        name: &str,
    ) -> Result<UserView, RegisterError> {
        sign_up(&self.app, token, name).await
    }

    /// An offer of `read` and `write`.
    pub(crate) async fn offer(
        &self,
        sender: UserId,
        channel: ChannelId,
        recipient: UserId,
    ) -> Result<Invitation, OfferError> {
        let offer = ChannelOffer {
            sender,
            channel,
            recipient: self.users.view(recipient).username,
            permissions: [Permission::Write].into_iter().collect::<Permissions>(),
        };
        plain(invite_to_channel(&self.app, offer, None).await)
    }

    pub(crate) async fn join(
        &self,
        user: UserId,
        channel: ChannelId,
        invitation: Option<InvitationId>,
    ) -> Result<Membership, JoinError> {
        let join = Join {
            user,
            username: self.users.view(user).username,
            channel,
            invitation,
        };
        plain(join_channel(&self.app, join, None).await)
    }

    /// The numbers of the open channel invitations that somebody sees.
    pub(crate) async fn received(&self, user: UserId) -> Vec<InvitationId> {
        let list = list_received(&self.app, user, &Page::default()).await;
        let items = list.unwrap().items;
        items.into_iter().map(|view| view.invitation.id).collect()
    }

    pub(crate) async fn settle(&self) {
        settle_due(&self.app).await.unwrap();
    }

    pub(crate) async fn follow(&self) {
        follow_feeds(&self.app).await.unwrap();
    }

    pub(crate) async fn row(&self, id: InvitationId) -> Invitation {
        let found: Result<_, Fault> = self
            .app
            .db
            .look(move |conn| find(conn, Which::Id(id)))
            .await;
        found.unwrap().expect("no row leaves the table")
    }

    pub(crate) async fn uses(&self, id: InvitationId) -> Vec<Use> {
        let found: Result<_, Fault> = self.app.db.look(move |conn| history(conn, id, 1_000)).await;
        found.unwrap()
    }

    /// Where an invitation stands, how many uses are taken and settled, and what its ledger says.
    pub(crate) async fn stand(&self, id: InvitationId) -> (State, i64, i64, Vec<UseState>) {
        let row = self.row(id).await;
        let uses = self.uses(id).await;
        let uses = uses.into_iter().map(|one| one.state).collect();
        (row.state, row.used, row.settled, uses)
    }
}

fn instance(
    settings: &Settings,
    test_db: &TestDb,
    users: &Arc<Users>,
    channels: &Arc<Channels>,
    master_key: &MasterKey,
) -> Arc<App> {
    let edge = settings.edge().unwrap();
    let db = test_db.open(MIGRATIONS);
    Arc::new(App {
        feed: Feed::new(db.clone()),
        db,
        settings: settings.table().unwrap(),
        users: Arc::<Users>::clone(users),
        channels: Arc::<Channels>::clone(channels),
        master_key: master_key.clone(),
        limits: Limits::new(&edge.limits),
        list_ceiling: edge.list_ceiling,
        audit_life: edge.audit_life,
        list_bytes: edge.list_bytes,
        public_url: "https://chat.example".to_owned(),
        to_settle: Arc::new(Notify::new()),
    })
}

pub(crate) async fn sign_up(
    app: &App,
    token: &Secret,
    name: &str,
) -> Result<UserView, RegisterError> {
    let form = Registration {
        token: token.clone(),
        username: name.to_owned(),
        password: Secret::new(PASSWORD),
    };
    plain(register(app, form, None).await)
}
