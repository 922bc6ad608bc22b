//! Signed tokens as credentials. What makes a token good stands in [`super::jwt`].

use actix_web::{HttpRequest, web};

use super::UserId;
use super::cookie::{RDS_COOKIE_NAME, first_cookie};
use super::jwt::{Bearer, Rds, TokenKind, Verifier};
use super::tokens::{TokenCaller, bearer};
use super::who::{Credential, Refused};
use crate::fault::Fault;

/// Where a kind of token stands in a request. The kind itself is the credential then; it needs its
/// `web::Data<Verifier<Self>>` in the app.
pub trait Carried: TokenKind {
    /// The token's text.
    fn read(req: &HttpRequest) -> Result<&str, Refused>;
}

/// A JWT in `Authorization: Bearer`.
impl Carried for Bearer {
    fn read(req: &HttpRequest) -> Result<&str, Refused> {
        bearer(req)
    }
}

/// A JWT in the cookie `rds-session`.
impl Carried for Rds {
    fn read(req: &HttpRequest) -> Result<&str, Refused> {
        first_cookie(req, RDS_COOKIE_NAME)
            .filter(|token| !token.is_empty())
            .ok_or(Refused::Missing)
    }
}

impl<K: Carried> Credential for K {
    type Caller = TokenCaller;

    async fn caller(req: &HttpRequest) -> Result<TokenCaller, Refused> {
        let token = K::read(req)?;
        let verifier = req
            .app_data::<web::Data<Verifier<K>>>()
            .ok_or_else(|| Fault::internal("no verifier of tokens in the app's data"))?;
        verifier.verify(token).await
    }

    fn account(caller: &TokenCaller) -> Option<UserId> {
        Some(caller.user)
    }
}
