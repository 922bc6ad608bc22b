//! What others may ask.

use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::jwt::VerifyingKey;
use latchkey_common::auth::{
    AccountState, ApiCaller, Resolved, SessionAuthority, SessionId, Subject, TokenAuthority, UserId,
};
use latchkey_common::clock::Millis;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_common::text::fold;

use super::{Users, caller, token_caller};
use crate::events::{Batch, UserEvent};
use crate::fake::{decide, made_acts, piece};
use crate::users::own::{OwnAccount, OwnLink};
use crate::users::{
    CreateAccount, CreateAccountError, DeviceMark, FirstSession, Part, SessionsEnded, UserView,
    UsersApi,
};
use crate::{Decided, MadeAct};

#[async_trait]
impl SessionAuthority for Users {
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault> {
        self.calls.check()?;
        let state = self.state();
        Ok(state.sessions.get(token).and_then(|(session, user)| {
            Some(Resolved {
                caller: caller(state.open(*user)?, *session),
                renewed: false,
                latest: None,
            })
        }))
    }
}

#[async_trait]
impl TokenAuthority for Users {
    async fn resolve_api_token(&self, token: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        self.calls.check()?;
        let state = self.state();
        Ok(state.api_tokens.get(token).and_then(|(user, scopes)| {
            let row = state.open(*user)?;
            Some(ApiCaller {
                user: row.id,
                username: row.username.clone(),
                uuid: row.uuid.clone(),
                email: row.email.clone(),
                created_at: row.created_at,
                is_super_user: row.is_super_user,
                scopes: scopes.clone(),
            })
        }))
    }

    async fn account_state(
        &self,
        subject: &Subject,
        session: Option<SessionId>,
    ) -> Result<Option<AccountState>, Fault> {
        self.calls.check()?;
        let state = self.state();
        let is_alive = |user| {
            let mut alive = state.sessions.values();
            session.is_none_or(|session| alive.any(|one| *one == (session, user)))
        };
        let found = state.accounts.iter().find(|row| {
            let is_named = match subject {
                Subject::Id(id) => row.id == *id,
                Subject::Uuid(uuid) => row.uuid == *uuid,
            };
            is_named && is_alive(row.id)
        });
        Ok(found.map(|row| AccountState {
            caller: token_caller(row),
            is_locked: row.is_locked,
            tokens_not_before: Millis(0),
            token_era: Some(0),
        }))
    }

    async fn verifying_key(&self, kid: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        self.calls.check()?;
        Ok((self.verifier.kid() == kid).then(|| Arc::clone(&self.verifier)))
    }
}

#[async_trait]
impl UsersApi for Users {
    async fn create_account(&self, ask: CreateAccount) -> Result<UserView, CreateAccountError> {
        if let Err(lost) = self.calls.begin("create-account").await {
            self.state().lost = Some(ask);
            return Err(lost.into());
        }
        let made = self.state().create(&self.clock, &ask)?;
        self.calls.end()?;
        Ok(made)
    }

    async fn decide_account(&self, key: ActKey) -> Result<Decided<UserView>, Fault> {
        self.calls.ask_outcome("decide-account")?;
        let mut state = self.state();
        Ok(match decide(&mut state.acts, key) {
            Decided::Made(id) => Decided::Made(state.account(id).clone()),
            Decided::Barred => Decided::Barred,
        })
    }

    async fn begin_first_session(&self, ask: FirstSession) -> Result<Option<DeviceMark>, Fault> {
        self.calls.ask("begin-first-session")?;
        Ok(self.state().begin(&ask).map(|session| DeviceMark {
            text: format!("device-{session}"),
            life_s: 60,
        }))
    }

    async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserView>, Fault> {
        self.calls.ask("by-ids")?;
        let state = self.state();
        let found = ids.into_iter().filter_map(|id| state.view(id).cloned());
        Ok(found.collect())
    }

    async fn by_uuids(&self, uuids: Vec<String>) -> Result<Vec<UserView>, Fault> {
        self.calls.ask("by-uuids")?;
        let state = self.state();
        let known = |row: &&UserView| uuids.contains(&row.uuid);
        Ok(state.accounts.iter().filter(known).cloned().collect())
    }

    async fn by_handle(&self, handle: String) -> Result<Option<UserView>, Fault> {
        self.calls.ask("by-handle")?;
        let state = self.state();
        if !handle.contains('@') {
            return Ok(state.named(&handle).cloned());
        }
        let has = |row: &&UserView| row.email.as_deref().map(fold) == Some(fold(&handle));
        Ok(state.accounts.iter().find(has).cloned())
    }

    async fn by_username(&self, username: String) -> Result<Option<UserView>, Fault> {
        self.calls.ask("by-username")?;
        Ok(self.state().named(&username).cloned())
    }

    async fn has_super_user(&self) -> Result<bool, Fault> {
        self.calls.ask("has-super-user")?;
        Ok(self.state().accounts.iter().any(|row| row.is_super_user))
    }

    async fn live_sessions(&self, sessions: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
        self.calls.ask("live-sessions")?;
        let state = self.state();
        let alive = state.sessions.values().filter_map(|(session, user)| {
            let is_asked = sessions.contains(session) && state.open(*user).is_some();
            is_asked.then_some(*session)
        });
        Ok(alive.collect())
    }

    fn on_sessions_ended(&self, hook: SessionsEnded) -> bool {
        self.state().hooks.push(hook);
        self.calls_hooks
    }

    async fn public_keys(&self) -> Result<Vec<String>, Fault> {
        self.calls.ask("public-keys")?;
        Ok(vec![self.public_key.clone()])
    }

    async fn made_acts(&self, after: Option<ActKey>, limit: i64) -> Result<Vec<MadeAct>, Fault> {
        self.calls.ask("made-acts")?;
        Ok(made_acts(&self.state().acts, after.as_ref(), limit))
    }

    async fn own_account(&self, user: UserId) -> Result<Option<OwnAccount>, Fault> {
        self.calls.ask("own-account")?;
        let state = self.state();
        Ok(state.view(user).map(|account| OwnAccount {
            account: account.clone(),
            sessions: Vec::new(),
            api_tokens: Vec::new(),
            discord_link: state.links.get(&user).cloned(),
        }))
    }

    async fn holds_link(&self, user: UserId, link: Option<OwnLink>) -> Result<(), Fault> {
        self.calls.ask("holds-link")?;
        let links = &mut self.state().links;
        match link {
            Some(link) => links.insert(user, link),
            None => links.remove(&user),
        };
        Ok(())
    }

    /// As within the first minute: whoever has left, forgotten or not.
    async fn departed(&self, _: Part) -> Result<Vec<UserId>, Fault> {
        self.calls.ask("departed")?;
        Ok(self.state().departed.clone())
    }

    async fn forgotten(&self, part: Part, user: UserId) -> Result<(), Fault> {
        self.calls.ask("forgotten")?;
        self.state().forgotten.push((part, user));
        Ok(())
    }

    async fn events(&self, after: i64, limit: i64) -> Result<Batch<UserEvent>, Fault> {
        self.calls.ask("events")?;
        Ok(piece(&self.state().events, after, limit))
    }
}
