//! The users service in another process. Positive answers about credentials are kept for at most a
//! second, counted from when the question was sent: steady traffic costs no call per request, and a
//! logout, a revocation or a lock is dead everywhere within that second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use latchkey_common::auth::jwt::{KeyCache, VerifyingKey};
use latchkey_common::auth::{
    AccountState, ApiCaller, Resolved, SessionAuthority, SessionId, Subject, TokenAuthority, UserId,
};
use latchkey_common::clock::Clock;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::rpc::Repeat::{ByKey, Freely};
use latchkey_common::rpc::{BriefCache, PeerClient};
use latchkey_common::secret::TokenHash;

use super::own::{OwnAccount, OwnLink};
use super::wire::NewAccount;
use super::{
    CreateAccount, CreateAccountError, DeviceMark, FirstSession, Part, SessionsEnded, UserView,
    UsersApi,
};
use crate::events::{Batch, UserEvent};
use crate::wire::Page;
use crate::{Decided, MadeAct};

/// How long a positive answer about a credential is good.
const GOOD: Duration = Duration::from_secs(1);

/// Asks the users service.
#[derive(Debug)]
pub struct UsersClient {
    peer: PeerClient,
    sessions: BriefCache<TokenHash, Resolved>,
    api_tokens: BriefCache<TokenHash, ApiCaller>,
    accounts: BriefCache<(Subject, Option<SessionId>), AccountState>,
    keys: KeyCache,
}

impl UsersClient {
    /// Asks through `peer`.
    pub fn new(peer: PeerClient, clock: Clock) -> Self {
        Self {
            peer,
            sessions: BriefCache::new(GOOD),
            api_tokens: BriefCache::new(GOOD),
            accounts: BriefCache::new(GOOD),
            keys: KeyCache::new(clock),
        }
    }
}

#[async_trait]
impl SessionAuthority for UsersClient {
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault> {
        if let Some(kept) = self.sessions.get(token) {
            return Ok(Some(kept));
        }
        let asked = Instant::now();
        let answer: Result<Option<Resolved>, Fault> =
            self.peer.ask("resolve-session", Freely, token).await;
        let found = answer?;
        if let Some(found) = &found {
            // Whoever gets this answer sends the cookie; those after it need not.
            let mut kept = found.clone();
            kept.renewed = false;
            self.sessions.keep(*token, asked, kept);
        }
        Ok(found)
    }
}

#[async_trait]
impl TokenAuthority for UsersClient {
    async fn resolve_api_token(&self, token: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        if let Some(kept) = self.api_tokens.get(token) {
            return Ok(Some(kept));
        }
        let asked = Instant::now();
        let answer: Result<Option<ApiCaller>, Fault> =
            self.peer.ask("resolve-api-token", Freely, token).await;
        let found = answer?;
        if let Some(found) = &found {
            self.api_tokens.keep(*token, asked, found.clone());
        }
        Ok(found)
    }

    async fn account_state(
        &self,
        subject: &Subject,
        session: Option<SessionId>,
    ) -> Result<Option<AccountState>, Fault> {
        let whose = (subject.clone(), session);
        if let Some(kept) = self.accounts.get(&whose) {
            return Ok(Some(kept));
        }
        let asked = Instant::now();
        let answer: Result<Option<AccountState>, Fault> = if session.is_none() {
            self.peer.ask("account-state", Freely, subject).await
        } else {
            self.peer.ask("account-in-session", Freely, &whose).await
        };
        let found = answer?;
        if let Some(found) = &found {
            self.accounts.keep(whose, asked, found.clone());
        }
        Ok(found)
    }

    async fn verifying_key(&self, kid: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        let ask = || async {
            let keys = self.public_keys().await?;
            keys.iter().map(|key| VerifyingKey::of_jwk(key)).collect()
        };
        self.keys.find(kid, ask).await
    }
}

#[async_trait]
impl UsersApi for UsersClient {
    async fn create_account(&self, ask: CreateAccount) -> Result<UserView, CreateAccountError> {
        let ask = NewAccount::from(ask);
        self.peer.ask("create-account", ByKey, &ask).await
    }

    async fn decide_account(&self, key: ActKey) -> Result<Decided<UserView>, Fault> {
        self.peer.ask("decide-account", ByKey, &key).await
    }

    async fn begin_first_session(&self, ask: FirstSession) -> Result<Option<DeviceMark>, Fault> {
        self.peer.ask("begin-first-session", ByKey, &ask).await
    }

    async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserView>, Fault> {
        self.peer.ask("by-ids", Freely, &ids).await
    }

    async fn by_uuids(&self, uuids: Vec<String>) -> Result<Vec<UserView>, Fault> {
        self.peer.ask("by-uuids", Freely, &uuids).await
    }

    async fn by_handle(&self, handle: String) -> Result<Option<UserView>, Fault> {
        self.peer.ask("by-handle", Freely, &handle).await
    }

    async fn by_username(&self, username: String) -> Result<Option<UserView>, Fault> {
        self.peer.ask("by-username", Freely, &username).await
    }

    async fn has_super_user(&self) -> Result<bool, Fault> {
        self.peer.ask("has-super-user", Freely, &()).await
    }

    async fn live_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
        self.peer.ask("live-sessions", Freely, &sessions).await
    }

    fn on_sessions_ended(&self, _: SessionsEnded) -> bool {
        false
    }

    async fn public_keys(&self) -> Result<Vec<String>, Fault> {
        self.peer.ask("public-keys", Freely, &()).await
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        self.peer
            .ask("made-acts", Freely, &Page { after, limit })
            .await
    }

    async fn own_account(&self, user: UserId) -> Result<Option<OwnAccount>, Fault> {
        self.peer.ask("own-account", Freely, &user).await
    }

    async fn holds_link(&self, user: UserId, link: Option<OwnLink>) -> Result<(), Fault> {
        self.peer.ask("holds-link", Freely, &(user, link)).await
    }

    async fn departed(&self, part: Part) -> Result<Vec<UserId>, Fault> {
        self.peer.ask("departed", Freely, &part).await
    }

    async fn forgotten(&self, part: Part, user: UserId) -> Result<(), Fault> {
        self.peer.ask("forgotten", Freely, &(part, user)).await
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<UserEvent>, Fault> {
        self.peer
            .ask("events", Freely, &Page { after, limit })
            .await
    }
}
