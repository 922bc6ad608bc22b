//! Who is calling. A handler that takes [`SignedIn`] is open to signed-in people alone, and one
//! that forgets it lacks the [`Caller`]; the other contracts have [`Scoped`], [`BearerUser`] and
//! [`RdsSession`] for the same purpose. How a session or a token is found in the database does not
//! belong here: that is the [`SessionAuthority`] and the [`TokenAuthority`], which the users service
//! is.

pub(crate) mod cookie;
mod gate;
pub mod jwt;
mod scopes;
mod signed;
mod tokens;

use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, web};
use async_trait::async_trait;
use futures_util::future::LocalBoxFuture;

pub use self::cookie::{COOKIE_NAME, CookieSettings, clear_cookie, session_cookie, session_token};
pub use self::gate::after_session_check;
pub use self::scopes::{
    AnyScope, InviteDelete, InviteRead, InviteWrite, NamespaceDelete, NamespaceRead,
    NamespaceWrite, Scope, Scopes,
};
pub use self::signed::{BearerUser, RDS_COOKIE_NAME, RdsSession, Signed};
pub use self::tokens::{
    AccountState, ApiCaller, Refused, Scoped, Subject, TokenAuthority, TokenCaller,
    token_authority_data,
};

use crate::clock::Millis;
use crate::fault::Fault;
use crate::secret::{Secret, TokenHash};
use crate::wire::problem::Problem;

crate::id_type! {
    /// A person's account: one number for every contract.
    UserId
}

crate::id_type! {
    /// One login of a person.
    SessionId
}

/// Somebody with a live session.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Caller {
    /// The account.
    pub user: UserId,
    /// The name as it is shown.
    pub username: String,
    /// The account's fixed UUID.
    pub uuid: String,
    /// When the account was made.
    pub created_at: Millis,
    /// Which of the person's sessions this is.
    pub session: SessionId,
    /// True for those who may do everything.
    pub is_super_user: bool,
}

/// The answer to "whose session is this?".
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Resolved {
    /// Whose it is.
    pub caller: Caller,
    /// True when the session's life was just extended, so that the cookie must be sent again.
    pub renewed: bool,
}

/// Knows sessions: the users service, or a client that asks it.
#[async_trait]
pub trait SessionAuthority: Send + Sync {
    /// Whose live session has this token; `None` when there is none.
    async fn resolve(&self, token: &TokenHash) -> Result<Option<Resolved>, Fault>;
}

/// The authority as handlers find it: `app_data(authority_data(users))`.
pub fn authority_data(authority: Arc<dyn SessionAuthority>) -> web::Data<dyn SessionAuthority> {
    web::Data::from(authority)
}

/// The signed-in caller; without a live session the answer is 401, whatever else the request has
/// wrong: the input extractors of [`crate::wire::chat`] wait for this one before they complain.
#[derive(Debug, Clone)]
pub struct SignedIn(pub Caller);

impl FromRequest for SignedIn {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate::close(req);
        let req = req.clone();
        Box::pin(async move {
            let caller = resolve(&req).await?;
            gate.open();
            Ok(Self(caller))
        })
    }
}

/// The token to send again with the answer. Left in the request's extensions for the middleware.
pub(crate) struct Renewed(pub(crate) Secret);

async fn resolve(req: &HttpRequest) -> Result<Caller, Problem> {
    let token = session_token(req).ok_or(Fault::Unauthenticated)?;
    let authority = req
        .app_data::<web::Data<dyn SessionAuthority>>()
        .ok_or_else(|| Fault::internal("no session authority in the app's data"))?;
    let resolved = authority
        .resolve(&TokenHash::of(token.expose()))
        .await?
        .ok_or(Fault::Unauthenticated)?;
    if resolved.renewed {
        req.extensions_mut().insert(Renewed(token));
    }
    tracing::Span::current().record("user", resolved.caller.user.0);
    Ok(resolved.caller)
}

#[cfg(test)]
mod tests;
