//! Accounts and their credentials.

mod answers;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use latchkey_common::auth::jwt::{SigningAlgorithm, SigningKey, Stamp, TokenKind, VerifyingKey};
use latchkey_common::auth::{Caller, Scopes, SessionId, TokenCaller, UserId};
use latchkey_common::clock::{Clock, Millis};
use latchkey_common::secret::{TokenHash, new_token};
use latchkey_common::text::fold;

use super::{Acts, Calls, next};
use crate::events::{UserEvent, UserEventKind};
use crate::users::own::OwnLink;
use crate::users::{
    CreateAccount, CreateAccountError, DELETED, FirstSession, Part, SessionsEnded, UserView,
};

/// Accounts, with sessions and tokens of every kind.
pub struct Users {
    /// The way to them.
    pub calls: Calls,
    clock: Clock,
    signer: SigningKey,
    verifier: Arc<VerifyingKey>,
    public_key: String,
    /// Whether hooks are called: a peer in another process cannot.
    calls_hooks: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: Vec<UserView>,
    acts: Acts,
    lost: Option<CreateAccount>,
    events: Vec<UserEvent>,
    sessions: HashMap<TokenHash, (SessionId, UserId)>,
    last_session: i64,
    api_tokens: HashMap<TokenHash, (UserId, Scopes)>,
    hooks: Vec<SessionsEnded>,
    links: HashMap<UserId, OwnLink>,
    departed: Vec<UserId>,
    forgotten: Vec<(Part, UserId)>,
}

impl Users {
    /// Nobody yet.
    pub fn new(clock: &Clock) -> Self {
        let key = SigningKey::generate(SigningAlgorithm::EdDsa).expect("random numbers");
        let signer = SigningKey::open(key.kid, key.algorithm, &key.private);
        let verifier = VerifyingKey::of_jwk(&key.public);
        Self {
            calls: Calls::default(),
            clock: clock.clone(),
            signer: signer.expect("a fresh key"),
            verifier: Arc::new(verifier.expect("a fresh key")),
            public_key: key.public,
            calls_hooks: true,
            state: Mutex::default(),
        }
    }

    /// The same as a peer in another process, which tells nobody of sessions that have ended.
    #[must_use]
    pub fn elsewhere(self) -> Self {
        Self {
            calls_hooks: false,
            ..self
        }
    }

    /// A new account.
    pub fn account(&self, name: &str) -> UserId {
        self.state().add(&self.clock, name, false).id
    }

    /// A new account of a super user.
    pub fn super_user(&self, name: &str) -> UserId {
        self.state().add(&self.clock, name, true).id
    }

    /// How many accounts there are.
    pub fn accounts(&self) -> usize {
        self.state().accounts.len()
    }

    /// An account as others see it.
    pub fn view(&self, user: UserId) -> UserView {
        self.state().view(user).expect("an account").clone()
    }

    /// Gives somebody an address.
    pub fn set_email(&self, user: UserId, email: &str) {
        self.state().account(user).email = Some(email.to_owned());
    }

    /// Locks or unlocks an account.
    pub fn lock(&self, user: UserId, is_locked: bool) {
        let mut state = self.state();
        state.account(user).is_locked = is_locked;
        let kind = if is_locked {
            UserEventKind::Locked
        } else {
            UserEventKind::Unlocked
        };
        state.tell(user, kind);
    }

    /// Somebody deletes the account: it is locked, and has another name.
    pub fn delete(&self, user: UserId) {
        self.lock(user, true);
        let mut state = self.state();
        DELETED.clone_into(&mut state.account(user).username);
        state.account(user).email = None;
        state.departed.push(user);
    }

    /// Whether this part of somebody is forgotten, as far as it was told.
    pub fn is_forgotten(&self, part: Part, user: UserId) -> bool {
        self.state().forgotten.contains(&(part, user))
    }

    /// Unmakes a super user.
    pub fn demote(&self, user: UserId) {
        let mut state = self.state();
        state.account(user).is_super_user = false;
        state.tell(user, UserEventKind::Demoted);
    }

    /// Makes a super user.
    pub fn promote(&self, user: UserId) {
        self.state().account(user).is_super_user = true;
    }

    /// Begins a session; its token and whose it is.
    pub fn sign_in(&self, user: UserId) -> (String, Caller) {
        let (token, hash) = new_token().expect("random numbers");
        let mut state = self.state();
        state.last_session += 1;
        let session = SessionId(state.last_session);
        state.sessions.insert(hash, (session, user));
        let caller = caller(state.view(user).expect("an account"), session);
        (token.expose().to_owned(), caller)
    }

    /// Ends a session.
    pub fn sign_out(&self, session: SessionId) {
        let hooks = {
            let mut state = self.state();
            state.sessions.retain(|_, (id, _)| *id != session);
            state.hooks.clone()
        };
        if self.calls_hooks {
            for hook in hooks {
                hook(&[session]);
            }
        }
    }

    /// A new API token of somebody's.
    pub fn api_token(&self, user: UserId, scopes: &[&str]) -> String {
        let (token, hash) = new_token().expect("random numbers");
        let scopes = Scopes::of_words(scopes).expect("scopes that there are");
        self.state().api_tokens.insert(hash, (user, scopes));
        token.expose().to_owned()
    }

    /// A signed token of the kind `K`.
    pub fn signed<K: TokenKind>(&self, user: UserId, life_s: i64) -> String {
        let caller = token_caller(&self.view(user));
        let stamp = Stamp {
            at: self.clock.now(),
            ended: Millis(0),
            era: 0,
        };
        let issued = self.signer.sign::<K>(&caller, stamp, life_s, None);
        let issued = issued.expect("a key that signs");
        issued.token.expose().to_owned()
    }

    /// The act whose question was lost, so that it can arrive after all.
    pub fn lost(&self) -> CreateAccount {
        self.state().lost.take().expect("a lost question")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics in here")
    }
}

impl State {
    fn view(&self, user: UserId) -> Option<&UserView> {
        self.accounts.iter().find(|row| row.id == user)
    }

    fn account(&mut self, user: UserId) -> &mut UserView {
        let row = self.accounts.iter_mut().find(|row| row.id == user);
        row.expect("an account")
    }

    fn named(&self, name: &str) -> Option<&UserView> {
        let mut rows = self.accounts.iter();
        rows.find(|row| fold(&row.username) == fold(name))
    }

    /// An account that is not locked.
    fn open(&self, user: UserId) -> Option<&UserView> {
        self.view(user).filter(|row| !row.is_locked)
    }

    fn add(&mut self, clock: &Clock, name: &str, is_super_user: bool) -> UserView {
        let id = UserId(next(self.accounts.len()));
        let view = UserView {
            id,
            uuid: format!("00000000-0000-4000-8000-{:012}", id.0),
            username: name.to_owned(),
            email: None,
            created_at: clock.now(),
            is_super_user,
            is_locked: false,
        };
        self.accounts.push(view.clone());
        self.tell(id, UserEventKind::Created);
        view
    }

    fn create(
        &mut self,
        clock: &Clock,
        ask: &CreateAccount,
    ) -> Result<UserView, CreateAccountError> {
        match self.acts.get(&ask.key) {
            Some(Some(made)) => return Ok(self.view(*made).expect("an account").clone()),
            Some(None) => return Err(CreateAccountError::Barred),
            None => {}
        }
        let may_invite = |issuer: UserId| {
            let open = self.open(issuer);
            open.is_some_and(|row| row.is_super_user || !ask.by_super_users)
        };
        if ask.issuer.is_some_and(|issuer| !may_invite(issuer)) {
            return Err(CreateAccountError::IssuerLostRight);
        }
        if self.named(ask.username.as_str()).is_some() {
            return Err(CreateAccountError::UsernameTaken);
        }
        let view = self.add(clock, ask.username.as_str(), ask.is_super_user);
        self.acts.insert(ask.key.clone(), Some(view.id));
        Ok(view)
    }

    fn begin(&mut self, ask: &FirstSession) -> Option<i64> {
        let made = self.acts.get(&ask.key).copied().flatten()?;
        let user = self.open(made)?.id;
        self.last_session += 1;
        let session = SessionId(self.last_session);
        self.sessions.insert(ask.token, (session, user));
        Some(session.0)
    }

    fn tell(&mut self, user: UserId, kind: UserEventKind) {
        let position = next(self.events.len());
        self.events.push(UserEvent {
            position,
            user,
            kind,
        });
    }
}

fn caller(row: &UserView, session: SessionId) -> Caller {
    Caller {
        user: row.id,
        username: row.username.clone(),
        uuid: row.uuid.clone(),
        created_at: row.created_at,
        session,
        is_super_user: row.is_super_user,
    }
}

fn token_caller(row: &UserView) -> TokenCaller {
    TokenCaller {
        user: row.id,
        username: row.username.clone(),
        uuid: row.uuid.clone(),
        is_super_user: row.is_super_user,
    }
}
