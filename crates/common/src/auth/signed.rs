//! Signed tokens as credentials. What makes a token good stands in [`super::jwt`].

use actix_web::{HttpRequest, web};

use super::UserId;
use super::jwt::{TokenKind, Verifier};
use super::tokens::TokenCaller;
use super::who::{Credential, Refused};
use crate::fault::Fault;

impl<K: TokenKind> Credential for K {
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
