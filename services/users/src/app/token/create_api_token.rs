//! Makes an API token for a person.

use std::time::Duration;

use latchkey_common::audit::Actor;
use latchkey_common::auth::{Caller, Scopes, SessionId, UserId};
use latchkey_common::crash_point;
use latchkey_common::db::once::{CallError, Made, Once, if_once};
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, new_token};
use latchkey_common::trail::{Credential, Fact};
use latchkey_common::via_fault;

use crate::app::App;
use crate::app::account::confirm_password::confirm_password;
use crate::domain::account::Account;
use crate::domain::api_token::{ApiToken, TokenName};
use crate::store::api_tokens::{self, NewApiToken};
use crate::store::{accounts, audit, sessions};

/// A token that is wanted.
#[derive(Debug)]
pub(crate) struct CreateApiToken {
    /// For whom.
    pub(crate) user: UserId,
    /// Who asks, if it is not the operator.
    pub(crate) asker: Option<Asker>,
    /// Who makes it for somebody else.
    pub(crate) by: Option<Actor>,
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

/// A token that was made, and what its owner presents.
pub(crate) type NewToken = (ApiToken, Secret);

/// The token is answered to this call alone. The account is held while its tokens are counted. Whoever asks again with
/// the key of the call is looked at as the first time (a login that is fresh, or the password), because the token
/// stands in the answer; and so the password is no part of what the call is known by.
pub(crate) async fn create_api_token(
    app: &App,
    ask: CreateApiToken,
    once: Option<Once<NewToken>>,
) -> Result<Made<NewToken>, CallError<CreateApiTokenError>> {
    let life = life_of(app.settings.api_token_life(), ask.life_s)?;
    let (session, is_confirmed) = match ask.asker {
        None => (None, true),
        Some(Asker { caller, password }) => {
            let is_confirmed = password.is_some();
            if let Some(password) = password {
                let wrong = || CallError::Refused(CreateApiTokenError::InvalidCredentials);
                let right = confirm_password(app, &caller, password).await?;
                right.ok_or_else(wrong)?;
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
    let (now, by) = (app.db.now(), ask.by);
    let fresh = app.settings.fresh_login().filter(|_| !is_confirmed);
    let cap = app.has_quotas.then_some(app.settings.api_tokens_per_user);
    let once = once.map(|once| once.sealed_by(&app.master_key));
    let made = app
        .db
        .for_new()
        .write(move |conn| {
            let account = may_have_one(conn, new.user, session, fresh, now);
            let account = account.map_err(CallError::Refused)?;
            if_once(conn, once, now, |conn| {
                if let Some(cap) = cap
                    && api_tokens::count(conn, new.user, now)? >= cap
                {
                    return Err(CreateApiTokenError::TooMany);
                }
                let made = api_tokens::insert(conn, &new, now)?;
                if let Some(by) = &by {
                    let what = Credential::ApiToken(made.id.0);
                    audit::made(conn, by, what, &account, now)?;
                }
                Ok((made, token))
            })
        })
        .await?;
    crash_point::reach(crash_point::AFTER_KEPT);
    if let Made::Now((made, _)) = &made {
        Fact::CredentialMade(Credential::ApiToken(made.id.0), Some(ask.user)).record();
    }
    Ok(made)
}

/// Holds the account. The session that asks, if one does, must live, and have begun within `fresh`.
fn may_have_one(
    conn: &mut Conn,
    user: UserId,
    session: Option<SessionId>,
    fresh: Option<Duration>,
    now: SqlNow,
) -> Result<Account, CreateApiTokenError> {
    let account = accounts::hold_open(conn, user)?.ok_or(CreateApiTokenError::Locked)?;
    let Some(session) = session else {
        return Ok(account);
    };
    let began = sessions::began_at(conn, session, now)?;
    let began = began.ok_or(Fault::Unauthenticated)?;
    match fresh {
        Some(span) if began.plus(span) <= now.process() => Err(CreateApiTokenError::Stale),
        Some(_) | None => Ok(account),
    }
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
