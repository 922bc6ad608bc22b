//! Accounts and sessions.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::jwt::VerifyingKey;
use latchkey_common::auth::{
    AccountState, ApiCaller, Caller, Resolved, Scopes, SessionAuthority, SessionId, Subject,
    TokenAuthority, TokenCaller, UserId,
};
use latchkey_common::clock::{Clock, Millis};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::text::fold;
use latchkey_peers::events::{Batch, UserEvent};
use latchkey_peers::users::{CreateAccount, CreateAccountError, SessionsEnded, UserView, UsersApi};
use latchkey_peers::{Decided, MadeAct};

use super::{Peers, State, decide, made_acts, piece};

/// The token of somebody's one session.
pub(crate) fn session_of(user: UserId) -> String {
    format!("{:0>43}=", user.0)
}

/// The token of somebody's one API token, which may do everything with invites and namespaces.
pub(crate) fn api_token_of(user: UserId) -> String {
    format!("{:0>43}-", user.0)
}

pub(crate) fn caller(view: &UserView) -> Caller {
    Caller {
        user: view.id,
        username: view.username.clone(),
        uuid: view.uuid.clone(),
        created_at: view.created_at,
        session: SessionId(view.id.0),
        is_super_user: view.is_super_user,
    }
}

#[async_trait]
impl SessionAuthority for Peers {
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault> {
        let state = self.state();
        let found = state
            .accounts
            .iter()
            .find(|row| !row.is_locked && TokenHash::of(&session_of(row.id)) == *token);
        Ok(found.map(|row| Resolved {
            caller: caller(row),
            renewed: false,
        }))
    }
}

/// The token of somebody that may do one thing alone.
pub(crate) fn narrow_token_of(user: UserId, scope: &str) -> String {
    format!("{}{:0>20}-", scope.replace(':', "_"), user.0)
        .chars()
        .chain(std::iter::repeat('x'))
        .take(44)
        .collect()
}

const SCOPES: [&str; 6] = [
    "invite:read",
    "invite:write",
    "invite:delete",
    "namespace:read",
    "namespace:write",
    "namespace:delete",
];

/// What a token of somebody's may do.
fn scopes_of(user: UserId, token: &TokenHash) -> Option<Scopes> {
    if TokenHash::of(&api_token_of(user)) == *token {
        return Scopes::of_words(&SCOPES);
    }
    let narrow = |scope: &&str| TokenHash::of(&narrow_token_of(user, scope)) == *token;
    Scopes::of_words(&[*SCOPES.iter().find(|scope| narrow(scope))?])
}

#[async_trait]
impl TokenAuthority for Peers {
    async fn resolve_api_token(&self, token: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        let state = self.state();
        let mut open = state.accounts.iter().filter(|row| !row.is_locked);
        Ok(open.find_map(|row| {
            Some(ApiCaller {
                user: row.id,
                username: row.username.clone(),
                uuid: row.uuid.clone(),
                is_super_user: row.is_super_user,
                scopes: scopes_of(row.id, token)?,
            })
        }))
    }

    async fn account_state(&self, subject: &Subject) -> Result<Option<AccountState>, Fault> {
        let state = self.state();
        let found = state.accounts.iter().find(|row| match subject {
            Subject::Id(id) => row.id == *id,
            Subject::Uuid(uuid) => row.uuid == *uuid,
        });
        Ok(found.map(|row| AccountState {
            caller: TokenCaller {
                user: row.id,
                username: row.username.clone(),
                uuid: row.uuid.clone(),
                is_super_user: row.is_super_user,
            },
            is_locked: row.is_locked,
            tokens_not_before: Millis(0),
        }))
    }

    /// Signed tokens come from a site's own issuer here.
    async fn verifying_key(&self, _: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        Ok(None)
    }
}

#[async_trait]
impl UsersApi for Peers {
    async fn create_account(&self, ask: CreateAccount) -> Result<UserView, CreateAccountError> {
        if let Err(lost) = self.on_the_way().await {
            self.state().lost_account = Some(ask);
            return Err(lost.into());
        }
        let made = {
            let mut state = self.state();
            state.create(&self.clock, &ask)?
        };
        self.on_the_way_back()?;
        Ok(made)
    }

    async fn decide_account(&self, key: ActKey) -> Result<Decided<UserView>, Fault> {
        let mut state = self.state();
        state.decisions += 1;
        if state.accounts_undecided {
            return Err(Fault::overloaded("users"));
        }
        Ok(match decide(&mut state.account_keys, key) {
            Decided::Made(id) => Decided::Made(state.view(id).unwrap().clone()),
            Decided::Barred => Decided::Barred,
        })
    }

    async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserView>, Fault> {
        let state = self.state();
        Ok(ids
            .into_iter()
            .filter_map(|id| state.view(id).cloned())
            .collect())
    }

    async fn by_uuids(&self, uuids: Vec<String>) -> Result<Vec<UserView>, Fault> {
        let state = self.state();
        let known = |row: &&UserView| uuids.contains(&row.uuid);
        Ok(state.accounts.iter().filter(known).cloned().collect())
    }

    async fn by_handle(&self, handle: String) -> Result<Option<UserView>, Fault> {
        let state = self.state();
        if !handle.contains('@') {
            return Ok(state.named(&handle).cloned());
        }
        let has = |row: &&UserView| row.email.as_deref().map(fold) == Some(fold(&handle));
        Ok(state.accounts.iter().find(has).cloned())
    }

    async fn by_username(&self, username: String) -> Result<Option<UserView>, Fault> {
        Ok(self.state().named(&username).cloned())
    }

    async fn has_super_user(&self) -> Result<bool, Fault> {
        Ok(self.state().accounts.iter().any(|row| row.is_super_user))
    }

    async fn live_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
        Ok(sessions)
    }

    fn on_sessions_ended(&self, _: SessionsEnded) -> bool {
        false
    }

    async fn public_keys(&self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        Ok(made_acts(&self.state().account_keys, after.as_ref(), limit))
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<UserEvent>, Fault> {
        Ok(piece(&self.state().user_events, after, limit))
    }
}

impl State {
    fn named(&self, name: &str) -> Option<&UserView> {
        let mut rows = self.accounts.iter();
        rows.find(|row| fold(&row.username) == fold(name))
    }

    fn create(
        &mut self,
        clock: &Clock,
        ask: &CreateAccount,
    ) -> Result<UserView, CreateAccountError> {
        match self.account_keys.get(&ask.key) {
            Some(Some(made)) => return Ok(self.view(*made).unwrap().clone()),
            Some(None) => return Err(CreateAccountError::Barred),
            None => {}
        }
        let issuer = ask.issuer.and_then(|id| self.view(id));
        if issuer.is_some_and(|issuer| issuer.is_locked) {
            return Err(CreateAccountError::IssuerLocked);
        }
        if self.named(ask.username.as_str()).is_some() {
            return Err(CreateAccountError::UsernameTaken);
        }
        let view = self.add_account(clock, ask.username.as_str(), ask.is_super_user);
        self.account_keys.insert(ask.key.clone(), Some(view.id));
        Ok(view)
    }
}
