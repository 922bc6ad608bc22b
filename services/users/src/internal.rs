//! What the other services may ask, answered in this process.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::jwt::VerifyingKey;
use latchkey_common::auth::{
    AccountState, ApiCaller, Resolved, SessionAuthority, SessionId, Subject, TokenAuthority, UserId,
};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_peers::events::{Batch, UserEvent};
use latchkey_peers::users::own::{OwnAccount, OwnLink};
use latchkey_peers::users::{
    CreateAccount, CreateAccountError, DeviceMark, FirstSession, Part, SessionsEnded, UserView,
    UsersApi,
};
use latchkey_peers::{Decided, MadeAct};

use crate::app::App;
use crate::app::account::create_account::create_account;
use crate::app::account::decide::decide_account;
use crate::app::account::departures::{departed, forgotten};
use crate::app::account::find::{
    account_state, find_by_handle, find_by_ids, find_by_name, find_by_uuids, has_super_user,
};
use crate::app::account::hold_link::hold_link;
use crate::app::account::made_acts::made_acts;
use crate::app::account::own_account::own_account;
use crate::app::account::read_events::read_events;
use crate::app::kept_answers::Answers;
use crate::app::key::signing_keys::{public_keys, verifying_key};
use crate::app::session::begin_first::begin_first_session;
use crate::app::session::list::live_sessions;
use crate::app::session::resolve::resolve_session;
use crate::app::token::resolve_api_token::resolve_api_token;

/// The service itself as a peer.
#[derive(Clone)]
pub(crate) struct Local {
    app: Arc<App>,
    answers: Answers,
}

impl Local {
    /// The peer form of `app` for this process: answers about credentials are kept for a moment.
    pub(crate) const fn new(app: Arc<App>) -> Self {
        Self {
            app,
            answers: Answers::Kept,
        }
    }

    /// The peer form of `app` for other processes. They keep answers themselves; what they are told
    /// is never older than their question.
    pub(crate) const fn for_others(app: Arc<App>) -> Self {
        Self {
            app,
            answers: Answers::Fresh,
        }
    }
}

#[async_trait]
impl SessionAuthority for Local {
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault> {
        resolve_session(&self.app, token, self.answers).await
    }
}

#[async_trait]
impl TokenAuthority for Local {
    async fn resolve_api_token(&self, token: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        resolve_api_token(&self.app, token, self.answers).await
    }

    async fn account_state(
        &self,
        subject: &Subject,
        session: Option<SessionId>,
    ) -> Result<Option<AccountState>, Fault> {
        account_state(&self.app, subject, session).await
    }

    async fn verifying_key(&self, kid: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        verifying_key(&self.app, kid).await
    }
}

#[async_trait]
impl UsersApi for Local {
    async fn create_account(&self, ask: CreateAccount) -> Result<UserView, CreateAccountError> {
        create_account(&self.app, ask).await
    }

    async fn decide_account(&self, key: ActKey) -> Result<Decided<UserView>, Fault> {
        decide_account(&self.app, key).await
    }

    async fn begin_first_session(&self, ask: FirstSession) -> Result<Option<DeviceMark>, Fault> {
        begin_first_session(&self.app, ask).await
    }

    async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserView>, Fault> {
        let found = find_by_ids(&self.app, ids).await?;
        Ok(found.into_iter().map(UserView::from).collect())
    }

    async fn by_uuids(&self, uuids: Vec<String>) -> Result<Vec<UserView>, Fault> {
        let found = find_by_uuids(&self.app, uuids).await?;
        Ok(found.into_iter().map(UserView::from).collect())
    }

    async fn by_handle(&self, handle: String) -> Result<Option<UserView>, Fault> {
        Ok(find_by_handle(&self.app, &handle)
            .await?
            .map(UserView::from))
    }

    async fn by_username(&self, username: String) -> Result<Option<UserView>, Fault> {
        Ok(find_by_name(&self.app, &username)
            .await?
            .map(UserView::from))
    }

    async fn has_super_user(&self) -> Result<bool, Fault> {
        has_super_user(&self.app).await
    }

    async fn live_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
        live_sessions(&self.app, sessions).await
    }

    fn on_sessions_ended(&self, hook: SessionsEnded) -> bool {
        self.app.on_sessions_ended(hook);
        true
    }

    async fn public_keys(&self) -> Result<Vec<String>, Fault> {
        public_keys(&self.app).await
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        made_acts(&self.app, after, limit).await
    }

    async fn own_account(&self, user: UserId) -> Result<Option<OwnAccount>, Fault> {
        own_account(&self.app, user).await
    }

    async fn holds_link(&self, user: UserId, link: Option<OwnLink>) -> Result<(), Fault> {
        hold_link(&self.app, user, link).await
    }

    async fn departed(&self, part: Part) -> Result<Vec<UserId>, Fault> {
        departed(&self.app, part).await
    }

    async fn forgotten(&self, part: Part, user: UserId) -> Result<(), Fault> {
        forgotten(&self.app, part, user).await
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<UserEvent>, Fault> {
        read_events(&self.app, after, limit).await
    }
}
