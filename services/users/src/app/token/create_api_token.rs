//! Makes an API token for a person.

use std::time::Duration;

use latchkey_common::auth::{Caller, Scopes, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, new_token};
use latchkey_common::trail::{Credential, Fact};
use latchkey_common::via_fault;

use crate::app::App;
use crate::app::account::confirm_password::confirm_password;
use crate::domain::api_token::{ApiToken, TokenName};
use crate::store::api_tokens::{self, NewApiToken};
use crate::store::{accounts, sessions};

/// A token that is wanted.
#[derive(Debug)]
pub(crate) struct CreateApiToken {
    /// For whom.
    pub(crate) user: UserId,
    /// Who asks, if it is not the operator.
    pub(crate) asker: Option<Asker>,
    /// What its owner calls it.
    pub(crate) name: TokenName,
    /// What it may do.
    pub(crate) scopes: Scopes,
    /// How long it lives, in seconds. `None`: as long as one may.
    pub(crate) life_s: Option<i64>,
}

/// Somebody who makes a token for themselves.
#[derive(Debug)]
pub(crate) struct Asker {
    /// The session must still live when the token is stored.
    pub(crate) caller: Caller,
    /// As it was typed, if it was.
    pub(crate) password: Option<Secret>,
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
    /// The login was too long ago, and there is no password.
    #[error("the login was too long ago: sign in again, or show the password")]
    Stale,
    /// The password is wrong.
    #[error("the password is wrong")]
    InvalidCredentials,
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
    let life = life_of(app.settings.api_token_life(), ask.life_s)?;
    let (session, is_confirmed) = match ask.asker {
        None => (None, true),
        Some(Asker { caller, password }) => {
            let is_confirmed = password.is_some();
            if let Some(password) = password {
                confirm_password(app, &caller, password)
                    .await?
                    .ok_or(CreateApiTokenError::InvalidCredentials)?;
            }
            (Some(caller.session), is_confirmed)
        }
    };
    let (token, hash) = new_token()?;
    let new = NewApiToken {
        user: ask.user,
        name: ask.name,
        scopes: ask.scopes,
        token: hash,
        life,
    };
    let (now, fresh) = (app.db.now(), app.settings.fresh_login());
    let cap = app.has_quotas.then_some(app.settings.api_tokens_per_user);
    let made = app
        .db
        .for_new()
        .write(move |conn| {
            accounts::hold_open(conn, new.user)?.ok_or(CreateApiTokenError::Locked)?;
            if let Some(session) = session {
                let began = sessions::began_at(conn, session, now)?;
                let began = began.ok_or(Fault::Unauthenticated)?;
                let is_fresh = fresh.is_none_or(|span| began.plus(span) > now.process());
                if !(is_fresh || is_confirmed) {
                    return Err(CreateApiTokenError::Stale);
                }
            }
            if let Some(cap) = cap
                && api_tokens::count(conn, new.user, now)? >= cap
            {
                return Err(CreateApiTokenError::TooMany);
            }
            Ok(api_tokens::insert(conn, &new, now)?)
        })
        .await?;
    Fact::CredentialMade(Credential::ApiToken(made.id.0), Some(ask.user)).record();
    Ok((made, token))
}

/// Where the setting has no longest life, a token that has an end has it within ten years.
const MOST: Duration = Duration::from_hours(10 * 366 * 24);

/// `None`: until it is revoked, where the setting has no longest.
fn life_of(longest: Option<Duration>, asked: Option<i64>) -> Result<Option<Duration>, Fault> {
    let Some(asked) = asked else {
        return Ok(longest);
    };
    let most = longest.unwrap_or(MOST);
    let asked = u64::try_from(asked).ok().filter(|seconds| *seconds > 0);
    match asked.map(Duration::from_secs) {
        Some(asked) if asked <= most => Ok(Some(asked)),
        Some(_) => Err(Fault::invalid(format!(
            "an API token that has an end lives for {} seconds at most (users.api_token_life_s)",
            most.as_secs()
        ))),
        None => Err(Fault::invalid("an API token lives for a second at least")),
    }
}
