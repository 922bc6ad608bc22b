//! Begins a session for a name and its password.

use std::sync::Arc;

use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash, new_token};
use latchkey_common::via_fault;
use latchkey_peers::users::Username;

use crate::app::App;
use crate::app::account::hashing::{Turn, as_typed};
use crate::domain::account::Account;
use crate::domain::session::kept_user_agent;
use crate::store;

/// Who wants in.
#[derive(Debug)]
pub(crate) struct LogIn {
    /// As it was typed; it need not be a name that anybody may have.
    pub(crate) username: String,
    /// As it was typed.
    pub(crate) password: Secret,
    /// What the client calls itself.
    pub(crate) user_agent: Option<String>,
}

/// A session that has just begun.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// Whose.
    pub(crate) account: Account,
    /// Shown to the client this once.
    pub(crate) token: Secret,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LogInError {
    /// Unknown name, wrong password or locked account; the answer does not say which.
    #[error("name and password do not belong together")]
    InvalidCredentials,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(LogInError);

/// The least recently used sessions beyond the cap end. Takes its turn at hashing; looks the
/// account up within that turn, so that what is verified is fresh and a burst of guesses cannot
/// run ahead of the count of failures by more than the number of turns.
pub(crate) async fn log_in(app: &App, ask: LogIn) -> Result<LoggedIn, LogInError> {
    // Many may wait here, so nothing is kept that is not needed afterwards.
    let LogIn {
        username,
        password,
        user_agent,
    } = ask;
    let name = Username::parse(&username).map(|name| name.folded());
    drop(username);
    let password = as_typed(password);
    let user_agent = user_agent.and_then(|name| kept_user_agent(&name));
    let Some(name) = name else {
        // Nobody has such a name; the work is done all the same.
        let turn = app.hashing.turn().await?;
        turn.is_right(password, None).await?;
        return Err(LogInError::InvalidCredentials);
    };
    // Asked before the queue, so that hammering on one name does not fill it for everybody.
    app.may_try(&name).await?;
    let turn = app.hashing.turn().await?;
    app.may_try(&name).await?;
    let (account, verified) = verify(app, &turn, &name, password.clone()).await?;
    let fresher = if turn.is_outdated(&verified) {
        Some(turn.hash(password).await?)
    } else {
        None
    };
    drop(turn);
    begin_session(app, account, name, verified, fresher, user_agent).await
}

async fn verify(
    app: &App,
    turn: &Turn,
    name: &str,
    password: Secret,
) -> Result<(Account, String), LogInError> {
    let folded = name.to_owned();
    let found = app
        .db
        .look(move |conn| store::passwords::credentials(conn, &folded))
        .await?;
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let is_right = turn.is_right(password, hash).await?;
    match found {
        Some(found) if is_right && !found.0.is_locked => Ok(found),
        _ => {
            app.count_failure(name).await?;
            Err(LogInError::InvalidCredentials)
        }
    }
}

async fn begin_session(
    app: &App,
    account: Account,
    name: String,
    verified: String,
    fresher: Option<String>,
    user_agent: Option<String>,
) -> Result<LoggedIn, LogInError> {
    let (token, hash) = new_token()?;
    let new = new_session(app, account.id, hash, user_agent);
    let (ended, last_uses) = (Arc::clone(&app.ended), Arc::clone(&app.last_uses));
    let (now, began, cap) = (app.db.now(), app.now(), app.settings.sessions_per_user);
    let forgets = app.counts_failures;
    let surplus = app
        .db
        .write(move |conn| {
            let user = new.user;
            if !store::passwords::hold_for_login(conn, user, &verified, fresher.as_deref())? {
                return Err(LogInError::InvalidCredentials);
            }
            if forgets {
                store::login_failures::forget(conn, &name)?;
            }
            let session = store::sessions::insert(conn, &new, now)?;
            // Noted like every use: what the database wrote may be of another clock.
            last_uses.note(session, began);
            let surplus = store::sessions::end_surplus(conn, user, session, cap, |id, written| {
                last_uses.latest(id, written)
            })?;
            ended.note(&surplus);
            Ok::<Vec<SessionId>, LogInError>(surplus)
        })
        .await?;
    app.ended.report(&surplus);
    Ok(LoggedIn { account, token })
}

fn new_session(
    app: &App,
    user: UserId,
    token: TokenHash,
    user_agent: Option<String>,
) -> store::sessions::NewSession {
    store::sessions::NewSession {
        user,
        token,
        user_agent,
        life: app.session_life,
    }
}
