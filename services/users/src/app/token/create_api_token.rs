//! Makes an API token for a person.

use latchkey_common::auth::{Scopes, SessionId, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, new_token};
use latchkey_common::via_fault;

use crate::app::App;
use crate::domain::api_token::{ApiToken, TokenName};
use crate::store::api_tokens::{self, NewApiToken};
use crate::store::{accounts, sessions};

/// A token that is wanted.
#[derive(Debug)]
pub(crate) struct CreateApiToken {
    /// For whom.
    pub(crate) user: UserId,
    /// The session that asks; it must still live when the token is stored. `None`: the operator.
    pub(crate) session: Option<SessionId>,
    /// What its owner calls it.
    pub(crate) name: TokenName,
    /// What it may do.
    pub(crate) scopes: Scopes,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateApiTokenError {
    /// The account is locked or gone.
    #[error("the account is locked")]
    Locked,
    /// The person has as many as one may have.
    #[error("there are too many API tokens; revoke one first")]
    TooMany,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CreateApiTokenError);

/// The token is answered this once. The account is held while its tokens are counted.
pub(crate) async fn create_api_token(
    app: &App,
    ask: CreateApiToken,
) -> Result<(ApiToken, Secret), CreateApiTokenError> {
    let (token, hash) = new_token()?;
    let new = NewApiToken {
        user: ask.user,
        name: ask.name,
        scopes: ask.scopes,
        token: hash,
    };
    let (session, now) = (ask.session, app.db.now());
    let cap = app.has_quotas.then_some(app.settings.api_tokens_per_user);
    let made = app
        .db
        .write(move |conn| {
            accounts::hold_open(conn, new.user)?.ok_or(CreateApiTokenError::Locked)?;
            if let Some(session) = session
                && sessions::alive(conn, &[session], now)?.is_empty()
            {
                return Err(Fault::Unauthenticated.into());
            }
            if let Some(cap) = cap
                && api_tokens::count(conn, new.user)? >= cap
            {
                return Err(CreateApiTokenError::TooMany);
            }
            Ok(api_tokens::insert(conn, &new, now)?)
        })
        .await?;
    Ok((made, token))
}
