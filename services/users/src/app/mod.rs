//! What can be done with accounts, sessions and tokens: one use case a file, in the folder
//! of its noun, without HTTP and without SQL.

pub(crate) mod account;
pub(crate) mod health;
pub(crate) mod kept_answers;
pub(crate) mod key;
pub(crate) mod purge;
pub(crate) mod session;
pub(crate) mod token;

use std::sync::Arc;
use std::time::Duration;

use latchkey_common::auth::jwt::KeyCache;
use latchkey_common::auth::{ApiCaller, Caller};
use latchkey_common::clock::Millis;
use latchkey_common::db::Db;
use latchkey_common::db::feed::Feed;
use latchkey_common::fault::Fault;
use latchkey_common::seal::MasterKey;
use latchkey_common::secret::Secret;
use latchkey_common::server::EdgeSettings;
use latchkey_common::turns::Turns;
use latchkey_contracts::pages::RESET;
use latchkey_peers::users::SessionsEnded;

use self::account::hashing::Hashing;
use self::kept_answers::KeptAnswers;
use self::session::ended_sessions::EndedSessions;
use self::session::last_uses::LastUses;
use crate::settings::Settings;

/// The service: its database, its settings, and what it keeps in this process.
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) settings: Settings,
    pub(crate) hashing: Hashing,
    pub(crate) feed: Arc<Feed>,
    ended: Arc<EndedSessions>,
    /// Whose session a token is. Told of every ended session before anybody else.
    callers: Arc<KeptAnswers<Caller>>,
    /// When sessions were last used.
    last_uses: Arc<LastUses>,
    /// Whose API token a token is.
    api_callers: Arc<KeptAnswers<ApiCaller>>,
    /// Seals private signing keys.
    master_key: MasterKey,
    /// The public keys, as this process last saw them.
    keys: KeyCache,
    /// How long a session lives after its last use.
    session_life: Duration,
    /// Turns to search.
    searches: Turns,
    /// How long it lives at most.
    session_longest: Duration,
    /// The most rows that one answer lists.
    list_ceiling: i64,
    /// Where people reach the server, for links.
    pub(crate) public_url: String,
    /// How long rows of the audit log are kept.
    pub(crate) audit_life: Duration,
    /// False when limits by count of failures are switched off.
    counts_failures: bool,
    /// False when quotas are switched off, with all other limits.
    has_quotas: bool,
}

impl App {
    /// # Errors
    /// `Internal` when the system has no random numbers.
    pub(crate) fn new(
        settings: Settings,
        edge: &EdgeSettings,
        db: Db,
        master_key: MasterKey,
    ) -> Result<Self, Fault> {
        let (ended, callers) = (Arc::<EndedSessions>::default(), Arc::default());
        let kept: Arc<KeptAnswers<Caller>> = Arc::clone(&callers);
        ended.tell(Arc::new(move |_| kept.forget()));
        let last_uses = Arc::<LastUses>::default();
        let uses = Arc::clone(&last_uses);
        ended.tell(Arc::new(move |ids| uses.forget(ids)));
        Ok(Self {
            hashing: Hashing::new(&settings)?,
            feed: Feed::new(db.clone()),
            ended,
            callers,
            last_uses,
            api_callers: Arc::default(),
            master_key,
            keys: KeyCache::new(db.clock().clone()),
            db,
            settings,
            session_life: edge.session_life,
            searches: edge.search_turns(),
            session_longest: edge.session_longest,
            list_ceiling: edge.list_ceiling,
            public_url: edge.public_url(),
            audit_life: edge.audit_life,
            counts_failures: edge.limits.are_on,
            has_quotas: edge.limits.are_on,
        })
    }

    /// Now, by the process clock, for what is shown. Guards take `db.now()`.
    pub(crate) fn now(&self) -> Millis {
        self.db.clock().now()
    }

    /// The link with which somebody chooses another password.
    pub(crate) fn reset_link(&self, secret: &Secret) -> String {
        format!("{}{RESET}/{}", self.public_url, secret.expose())
    }

    /// Accounts have changed: what was known about who is calling is asked for again.
    fn forget_callers(&self) {
        self.callers.forget();
        self.api_callers.forget();
    }

    /// Registers somebody who wants to hear of ended sessions.
    pub(crate) fn on_sessions_ended(&self, hook: SessionsEnded) {
        self.ended.tell(hook);
    }
}
