//! A session or an API token as a credential, for a contract whose calls are for people in a browser and
//! for programs alike.

use std::marker::PhantomData;

use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;

use super::scopes::{Scope, Scopes};
use super::session::Session;
use super::tokens::ApiToken;
use super::who::{Credential, Refused};
use super::{Caller, UserId};

/// Somebody with a live session, or with an API token that has the scope `S`. A request with an
/// `Authorization` header is its token's alone, whatever cookies a browser has added.
#[derive(Debug)]
pub struct SessionOrToken<S>(PhantomData<fn() -> S>);

/// Somebody who is known, however they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The account.
    pub user: UserId,
    /// The name as it is shown.
    pub username: String,
    /// True for those who may do everything.
    pub is_super_user: bool,
    /// What the token may do; `None`: a session, which may do what its person may.
    scopes: Option<Scopes>,
}

/// Somebody with a session.
impl From<Caller> for Known {
    fn from(caller: Caller) -> Self {
        Self {
            user: caller.user,
            username: caller.username,
            is_super_user: caller.is_super_user,
            scopes: None,
        }
    }
}

impl Known {
    /// True when the credential is good for `S` too.
    pub fn may<S: Scope>(&self) -> bool {
        self.scopes.as_ref().is_none_or(Scopes::allow::<S>)
    }
}

impl<S: Scope> Credential for SessionOrToken<S> {
    type Caller = Known;

    async fn caller(req: &HttpRequest) -> Result<Known, Refused> {
        if !req.headers().contains_key(AUTHORIZATION) {
            return Ok(Session::caller(req).await?.into());
        }
        let caller = ApiToken::<S>::caller(req).await?;
        Ok(Known {
            user: caller.user,
            username: caller.username,
            is_super_user: caller.is_super_user,
            scopes: Some(caller.scopes),
        })
    }

    fn account(caller: &Known) -> Option<UserId> {
        Some(caller.user)
    }
}
