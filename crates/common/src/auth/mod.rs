//! Who is calling: [`Who`] shows which [`Credential`]. How a session or a token is found in the
//! database does not belong here: that is the [`SessionAuthority`] and the [`TokenAuthority`], which
//! the users service is.

pub(crate) mod cookie;
mod gate;
pub mod jwt;
mod scopes;
mod session;
mod signed;
mod signed_in;
mod tokens;
mod who;

use std::sync::Arc;

use actix_web::web;
use async_trait::async_trait;

pub use self::cookie::{
    COOKIE_NAME, CookieSettings, DEVICE_COOKIE_NAME, RDS_COOKIE_NAME, clear_cookie,
    clear_rds_cookie, device_cookies, first_cookie, session_cookie, session_token,
};
pub use self::gate::after_check;
pub use self::scopes::{AnyScope, Scope, Scopes};
pub(crate) use self::session::Renewed;
pub use self::session::Session;
pub use self::signed_in::{Known, SessionOrToken};
pub use self::tokens::{
    AccountState, ApiCaller, ApiToken, Subject, TokenAuthority, TokenCaller, bearer,
    token_authority_data,
};
pub use self::who::{Credential, Refused, Who};

use crate::clock::Millis;
use crate::fault::Fault;
use crate::secret::TokenHash;

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
    /// When the session ends however it is used. Absent: that is not known, and matters to nobody unless
    /// it was just extended.
    #[serde(default)]
    pub latest: Option<Millis>,
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

#[cfg(test)]
mod tests;
