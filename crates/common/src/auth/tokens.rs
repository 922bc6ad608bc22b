//! Opaque API tokens with scopes, and who knows all credentials beside the session
//! ([`TokenAuthority`]).

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, web};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::cookie::is_token;
use super::jwt::keys::VerifyingKey;
use super::scopes::{Scope, Scopes};
use super::who::{Credential, Refused};
use super::{SessionId, UserId};
use crate::clock::Millis;
use crate::fault::Fault;
use crate::secret::TokenHash;

/// Somebody with an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiCaller {
    /// The account.
    pub user: UserId,
    /// The name as it is shown.
    pub username: String,
    /// The account's fixed UUID.
    pub uuid: String,
    /// The address as it was given.
    pub email: Option<String>,
    /// When the account was made.
    pub created_at: Millis,
    /// True for those who may do everything.
    pub is_super_user: bool,
    /// What the token may do.
    pub scopes: Scopes,
}

/// Somebody with a signed token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCaller {
    /// The account.
    pub user: UserId,
    /// The name as it is shown.
    pub username: String,
    /// The account's fixed UUID.
    pub uuid: String,
    /// True for those who may do everything.
    pub is_super_user: bool,
}

/// Whom a signed token names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// By number.
    Id(UserId),
    /// By UUID, in lower case with hyphens.
    Uuid(String),
}

/// An account as a signed token is held against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountState {
    /// Who.
    pub caller: TokenCaller,
    /// Shut out.
    pub is_locked: bool,
    /// Tokens issued up to this moment are worthless.
    pub tokens_not_before: Millis,
    /// How often all signed tokens have ended: ours are good in the era in which they were made. `None` is the
    /// answer of a users service that does not know of eras yet.
    #[serde(default)]
    pub token_era: Option<i64>,
}

/// Knows API tokens, accounts and our public keys: the users service, or a client that asks it.
#[async_trait]
pub trait TokenAuthority: Send + Sync {
    /// Whose live API token this is; `None` for an unknown or revoked one, and for one whose account
    /// is locked.
    async fn resolve_api_token(&self, token: &TokenHash) -> Result<Option<ApiCaller>, Fault>;

    /// The account, locked or not; `None` when there is none, or when it has no live session
    /// `session`: what was made out of a session ends with it.
    async fn account_state(
        &self,
        subject: &Subject,
        session: Option<SessionId>,
    ) -> Result<Option<AccountState>, Fault>;

    /// The public key with this id, if it is one of ours that may still verify. Implementations keep
    /// the set and look for an unknown id at most every 10 seconds
    /// ([`super::jwt::KeyCache`]).
    async fn verifying_key(&self, kid: &str) -> Result<Option<Arc<VerifyingKey>>, Fault>;
}

/// The authority as [`ApiToken`] finds it: `app_data(token_authority_data(users))`.
pub fn token_authority_data(authority: Arc<dyn TokenAuthority>) -> web::Data<dyn TokenAuthority> {
    web::Data::from(authority)
}

/// An API token that has the scope `S`, in `Authorization: Bearer`. Needs the [`TokenAuthority`] in
/// the app.
#[derive(Debug)]
pub struct ApiToken<S>(PhantomData<fn() -> S>);

impl<S: Scope> Credential for ApiToken<S> {
    type Caller = ApiCaller;

    async fn caller(req: &HttpRequest) -> Result<ApiCaller, Refused> {
        let token = bearer(req)?;
        if !is_token(token) {
            return Err(Refused::Invalid);
        }
        let authority = req
            .app_data::<web::Data<dyn TokenAuthority>>()
            .ok_or_else(|| Fault::internal("no token authority in the app's data"))?;
        let caller = authority
            .resolve_api_token(&TokenHash::of(token))
            .await?
            .ok_or(Refused::Invalid)?;
        if !caller.scopes.allow::<S>() {
            return Err(Refused::Scope(S::WORD));
        }
        Ok(caller)
    }

    fn account(caller: &ApiCaller) -> Option<UserId> {
        Some(caller.user)
    }
}

/// What the one `Authorization: Bearer` header carries. The scheme is written in any case; two
/// headers are no credential, because nobody can say which one counts.
pub fn bearer(req: &HttpRequest) -> Result<&str, Refused> {
    let mut headers = req.headers().get_all(AUTHORIZATION);
    let header = match (headers.next(), headers.next()) {
        (None, _) => return Err(Refused::Missing),
        (Some(one), None) => one.to_str().map_err(|_no_text| Refused::Invalid)?,
        _ => return Err(Refused::Invalid),
    };
    let (scheme, token) = header.trim().split_once(' ').ok_or(Refused::Invalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Refused::Invalid);
    }
    Ok(token.trim_start())
}
