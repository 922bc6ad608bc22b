//! The session as a credential: its token in the cookie, or, for apps and bots without cookies, in
//! `Authorization: Bearer`.

use actix_web::{HttpMessage as _, HttpRequest, web};

use super::cookie::{is_token, session_token};
use super::tokens::bearer;
use super::who::{Credential, Refused};
use super::{Caller, SessionAuthority, UserId};
use crate::clock::Millis;
use crate::fault::Fault;
use crate::secret::{Secret, TokenHash};

/// A live session, by the cookie `t` or, where there is none, by a bearer token. Needs the [`SessionAuthority`] in the app.
#[derive(Debug)]
pub enum Session {}

/// The token to send again with the answer. Left in the request's extensions for the middleware.
pub(crate) struct Renewed {
    pub(crate) token: Secret,
    /// The session's end however it is used.
    pub(crate) latest: Millis,
}

impl Credential for Session {
    type Caller = Caller;

    async fn caller(req: &HttpRequest) -> Result<Caller, Refused> {
        let cookie = session_token(req);
        let has_cookie = cookie.is_some();
        let token = cookie.or_else(|| bearer_token(req));
        let token = token.ok_or(Refused::NoSession)?;
        let authority = req
            .app_data::<web::Data<dyn SessionAuthority>>()
            .ok_or_else(|| Fault::internal("no session authority in the app's data"))?;
        let resolved = authority
            .resolve(&TokenHash::of(token.expose()))
            .await?
            .ok_or(Refused::NoSession)?;
        if resolved.renewed && has_cookie {
            let latest = resolved.latest.unwrap_or(Millis(i64::MAX));
            req.extensions_mut().insert(Renewed { token, latest });
        }
        Ok(resolved.caller)
    }

    fn account(caller: &Caller) -> Option<UserId> {
        Some(caller.user)
    }
}

/// A header of another scheme (a proxy's own password) is no credential here, and no error.
fn bearer_token(req: &HttpRequest) -> Option<Secret> {
    let token = bearer(req).ok().filter(|token| is_token(token))?;
    Some(Secret::new(token))
}
