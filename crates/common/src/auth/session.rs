//! The session cookie as a credential.

use actix_web::{HttpMessage as _, HttpRequest, web};

use super::cookie::session_token;
use super::who::{Credential, Refused};
use super::{Caller, SessionAuthority, UserId};
use crate::fault::Fault;
use crate::secret::{Secret, TokenHash};

/// A live session, by the cookie `t`. Needs the [`SessionAuthority`] in the app.
#[derive(Debug)]
pub enum Session {}

/// The token to send again with the answer. Left in the request's extensions for the middleware.
pub(crate) struct Renewed(pub(crate) Secret);

impl Credential for Session {
    type Caller = Caller;

    async fn caller(req: &HttpRequest) -> Result<Caller, Refused> {
        let token = session_token(req).ok_or(Refused::NoSession)?;
        let authority = req
            .app_data::<web::Data<dyn SessionAuthority>>()
            .ok_or_else(|| Fault::internal("no session authority in the app's data"))?;
        let resolved = authority
            .resolve(&TokenHash::of(token.expose()))
            .await?
            .ok_or(Refused::NoSession)?;
        if resolved.renewed {
            req.extensions_mut().insert(Renewed(token));
        }
        Ok(resolved.caller)
    }

    fn account(caller: &Caller) -> Option<UserId> {
        Some(caller.user)
    }
}
