//! Accounts and the key of their tokens, in the place of the users service.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use latchkey_common::auth::jwt::{Rds, SigningAlgorithm, SigningKey, TokenKind, VerifyingKey};
use latchkey_common::auth::{
    AccountState, ApiCaller, Resolved, SessionAuthority, SessionId, Subject, TokenAuthority,
    TokenCaller, UserId,
};
use latchkey_common::clock::{Clock, Millis};
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use latchkey_common::secret::TokenHash;
use latchkey_peers::events::{Batch, UserEvent};
use latchkey_peers::users::{CreateAccount, CreateAccountError, SessionsEnded, UserView, UsersApi};
use latchkey_peers::{Decided, MadeAct};

/// Users 1 to 9 exist; 1 is a super user.
pub(crate) struct People {
    signer: SigningKey,
    verifier: Arc<VerifyingKey>,
    known: BTreeMap<i64, TokenCaller>,
    clock: Clock,
}

pub(crate) const BOSS: i64 = 1;
pub(crate) const ANNA: i64 = 2;
pub(crate) const BERT: i64 = 3;

impl People {
    pub(crate) fn new(clock: &Clock) -> Self {
        let made = SigningKey::generate(SigningAlgorithm::EdDsa).unwrap();
        let known = (1..=9).map(|id| {
            let caller = TokenCaller {
                user: UserId(id),
                username: format!("user-{id}"),
                uuid: format!("00000000-0000-4000-8000-00000000000{id}"),
                is_super_user: id == BOSS,
            };
            (id, caller)
        });
        Self {
            signer: SigningKey::open(made.kid.clone(), made.algorithm, &made.private).unwrap(),
            verifier: Arc::new(VerifyingKey::of_jwk(&made.public).unwrap()),
            known: known.collect(),
            clock: clock.clone(),
        }
    }

    /// A token of the kind `K` for somebody.
    pub(crate) fn token<K: TokenKind>(&self, user: i64, life_s: i64) -> String {
        let issued = self
            .signer
            .sign::<K>(&self.known[&user], self.clock.now(), life_s);
        issued.unwrap().token.expose().to_owned()
    }

    /// Somebody's `rds-session`.
    pub(crate) fn session(&self, user: i64) -> String {
        self.token::<Rds>(user, 86_400)
    }
}

fn not_asked<T>() -> Result<T, Fault> {
    Err(Fault::internal("nobody asks this here"))
}

#[async_trait]
impl SessionAuthority for People {
    async fn resolve(&self, _: &TokenHash) -> Result<Option<Resolved>, Fault> {
        not_asked()
    }
}

#[async_trait]
impl TokenAuthority for People {
    async fn resolve_api_token(&self, _: &TokenHash) -> Result<Option<ApiCaller>, Fault> {
        not_asked()
    }

    async fn account_state(&self, subject: &Subject) -> Result<Option<AccountState>, Fault> {
        let Subject::Id(id) = subject else {
            return Ok(None);
        };
        Ok(self.known.get(&id.0).map(|caller| AccountState {
            caller: caller.clone(),
            is_locked: false,
            tokens_not_before: Millis(0),
        }))
    }

    async fn verifying_key(&self, kid: &str) -> Result<Option<Arc<VerifyingKey>>, Fault> {
        Ok((self.verifier.kid() == kid).then(|| Arc::clone(&self.verifier)))
    }
}

#[async_trait]
impl UsersApi for People {
    async fn create_account(&self, _: CreateAccount) -> Result<UserView, CreateAccountError> {
        Ok(not_asked()?)
    }

    async fn decide_account(&self, _: ActKey) -> Result<Decided<UserView>, Fault> {
        not_asked()
    }

    async fn by_ids(&self, ids: Vec<UserId>) -> Result<Vec<UserView>, Fault> {
        let found = ids.iter().filter_map(|id| self.known.get(&id.0));
        Ok(found
            .map(|caller| UserView {
                id: caller.user,
                uuid: caller.uuid.clone(),
                username: caller.username.clone(),
                email: None,
                created_at: Millis(0),
                is_super_user: caller.is_super_user,
                is_locked: false,
            })
            .collect())
    }

    async fn by_uuids(&self, _: Vec<String>) -> Result<Vec<UserView>, Fault> {
        not_asked()
    }

    async fn by_handle(&self, _: String) -> Result<Option<UserView>, Fault> {
        not_asked()
    }

    async fn by_username(&self, _: String) -> Result<Option<UserView>, Fault> {
        not_asked()
    }

    async fn has_super_user(&self) -> Result<bool, Fault> {
        not_asked()
    }

    async fn live_sessions(&self, _: Vec<SessionId>) -> Result<Vec<SessionId>, Fault> {
        not_asked()
    }

    fn on_sessions_ended(&self, _: SessionsEnded) -> bool {
        false
    }

    async fn public_keys(&self) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    async fn made_acts(&self, _: Option<ActKey>, _: i64) -> Result<Vec<MadeAct>, Fault> {
        not_asked()
    }

    async fn events(&self, _: i64, _: i64) -> Result<Batch<UserEvent>, Fault> {
        not_asked()
    }
}
