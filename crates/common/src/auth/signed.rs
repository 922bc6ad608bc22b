//! The callers of the contracts with signed tokens. What makes a token good stands in [`super::jwt`].

use std::fmt;
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;

use super::cookie::first_cookie;
use super::gate;
use super::jwt::{Bearer, Rds, TokenKind, Verifier};
use super::tokens::{Refused, TokenCaller, bearer};
use crate::fault::Fault;

/// The cookie of the Discord contract, by contract.
pub const RDS_COOKIE_NAME: &str = "rds-session";

/// Who calls with a signed token of the kind `K`; anything else is refused in the contract's own
/// words, `E`, before the input is complained about. Needs `web::Data<Verifier<K>>` in the app.
///
/// ```text
/// async fn list(Signed(caller, ..): BearerUser<GroupError>) -> HttpResponse {}
/// ```
pub struct Signed<K, E>(pub TokenCaller, pub PhantomData<fn() -> (K, E)>);

/// The caller of the group contract: a JWT in `Authorization: Bearer`.
pub type BearerUser<E> = Signed<Bearer, E>;

/// The caller of the Discord contract: a JWT in the cookie `rds-session`.
pub type RdsSession<E> = Signed<Rds, E>;

impl<K, E> fmt::Debug for Signed<K, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Signed").field(&self.0).finish()
    }
}

/// Where a kind of token stands in a request.
pub trait Carried: TokenKind {
    /// The token's text.
    fn read(req: &HttpRequest) -> Result<&str, Refused>;
}

impl Carried for Bearer {
    fn read(req: &HttpRequest) -> Result<&str, Refused> {
        bearer(req)
    }
}

impl Carried for Rds {
    fn read(req: &HttpRequest) -> Result<&str, Refused> {
        first_cookie(req, RDS_COOKIE_NAME)
            .filter(|token| !token.is_empty())
            .ok_or(Refused::Missing)
    }
}

impl<K, E> FromRequest for Signed<K, E>
where
    K: Carried,
    E: From<Refused> + Into<actix_web::Error> + 'static,
{
    type Error = E;
    type Future = LocalBoxFuture<'static, Result<Self, E>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate::close(req);
        let req = req.clone();
        Box::pin(async move {
            let token = K::read(&req)?;
            let verifier = req.app_data::<web::Data<Verifier<K>>>().ok_or_else(|| {
                Refused::Fault(Fault::internal("no verifier of tokens in the app's data"))
            })?;
            let caller = verifier.verify(token).await?;
            tracing::Span::current().record("user", caller.user.0);
            gate.open();
            Ok(Self(caller, PhantomData))
        })
    }
}
