//! Who is calling, as a value that a handler takes: one that forgets it lacks the caller. Without a
//! credential that is alive the answer is a refusal, whatever else the request has wrong; the
//! input extractors of [`crate::wire::input`] wait for this one before they complain.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::{UserId, gate};
use crate::fault::Fault;

/// Why a credential is no good. Each contract answers in its own way: it gives its error a
/// `From<Refused>`.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No session, or none that is alive.
    #[error("not signed in")]
    NoSession,
    /// There is no token or key.
    #[error("no credential")]
    Missing,
    /// It is unknown, expired, revoked, of another kind, or its account is shut out.
    #[error("a credential that is not alive here")]
    Invalid,
    /// It is alive but lacks this scope.
    #[error("a credential without the scope {0}")]
    Scope(&'static str),
    /// It could not be checked.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What callers are known by.
pub trait Credential: 'static {
    /// Whom it names.
    type Caller;

    /// Who shows it in this request.
    fn caller(req: &HttpRequest) -> impl Future<Output = Result<Self::Caller, Refused>>;

    /// The account behind it, for the log, and for what each person has a share of.
    fn account(caller: &Self::Caller) -> Option<UserId>;
}

/// The caller, known by the credential `C`; whoever is not is refused in the contract's own words,
/// `E`. A contract names what it takes: `type SignedIn = Who<Session, Problem>`.
pub struct Who<C: Credential, E>(pub C::Caller, PhantomData<fn() -> E>);

impl<C: Credential, E> Deref for Who<C, E> {
    type Target = C::Caller;

    fn deref(&self) -> &C::Caller {
        &self.0
    }
}

impl<C: Credential<Caller: fmt::Debug>, E> fmt::Debug for Who<C, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Who").field(&self.0).finish()
    }
}

impl<C, E> FromRequest for Who<C, E>
where
    C: Credential,
    E: From<Refused> + Into<actix_web::Error> + 'static,
{
    type Error = E;
    type Future = LocalBoxFuture<'static, Result<Self, E>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate::close(req);
        let req = req.clone();
        Box::pin(async move {
            let caller = C::caller(&req).await?;
            if let Some(account) = C::account(&caller) {
                tracing::Span::current().record("user", account.0);
                req.extensions_mut().insert(account);
            }
            gate.open();
            Ok(Self(caller, PhantomData))
        })
    }
}
