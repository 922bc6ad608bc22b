//! Accounts and sessions.

use async_trait::async_trait;
use latchkey_common::auth::{Caller, Resolved, SessionAuthority, SessionId, UserId};
use latchkey_common::clock::Clock;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::text::fold;
use latchkey_peers::Decided;
use latchkey_peers::events::{Batch, UserEvent};
use latchkey_peers::users::{CreateAccount, CreateAccountError, SessionsEnded, UserView, UsersApi};

use super::{Peers, State, decide, piece};

/// The token of somebody's one session.
pub(crate) fn session_of(user: UserId) -> String {
    format!("{:0>43}=", user.0)
}

pub(crate) fn caller(view: &UserView) -> Caller {
    Caller {
        user: view.id,
        username: view.username.clone(),
        uuid: view.uuid.clone(),
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
