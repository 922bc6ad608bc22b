//! Begins a session for a name and its password.

use std::net::IpAddr;

use latchkey_common::auth::SessionId;
use latchkey_common::db::once::{CallError, Made, Once, unkeyed};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, new_token};
use latchkey_common::trail::Fact;
use latchkey_common::{text, via_fault};
use latchkey_peers::users::Username;

use crate::app::App;
use crate::app::account::find::find_by_handle;
use crate::app::account::hashing::{For, Turn, as_typed};
use crate::app::session::begin::{Begin, Begun};
use crate::app::session::login_failures::Try;
use crate::domain::account::Account;
use crate::domain::device::Device;
use crate::domain::password::Verdict;
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
    /// The client's address.
    pub(crate) from: IpAddr,
    /// What the client has kept of an earlier login.
    pub(crate) device: Option<String>,
}

/// A session that has just begun.
#[derive(Debug)]
pub(crate) struct LoggedIn {
    /// Whose.
    pub(crate) account: Account,
    /// The session.
    pub(crate) session: SessionId,
    /// Shown to the client this once.
    pub(crate) token: Secret,
    /// What the client shall keep, so that its next login is known to be from this device.
    pub(crate) device: Option<Secret>,
    /// What ended for it.
    begun: Begun,
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
    unkeyed(log_in_once(app, ask, None).await)
}

/// The same for a call that may have a key. Name and password are asked for as ever, so a key alone lets nobody in,
/// and nothing of the password is kept beside it. What is kept is sealed: the session's token stands in it.
pub(crate) async fn log_in_once(
    app: &App,
    ask: LogIn,
    once: Option<Once<LoggedIn>>,
) -> Result<Made<LoggedIn>, CallError<LogInError>> {
    let keys = text::keys(&ask.username);
    // What cannot be a name may be a password in the wrong place.
    let name = Username::parse(&ask.username).map(|name| name.folded());
    let outcome = try_to_log_in(app, ask, keys, once).await;
    if let Err(CallError::Refused(LogInError::InvalidCredentials)) = outcome {
        let name = name.as_deref();
        Fact::LoginFailed { name }.record();
    }
    outcome
}

/// The same for somebody who may be named by an e-mail address. One that nobody has is refused as a name
/// that nobody has.
pub(crate) async fn log_in_by_handle(app: &App, mut ask: LogIn) -> Result<LoggedIn, LogInError> {
    if ask.username.contains('@')
        && let Some(account) = find_by_handle(app, &ask.username).await?
    {
        ask.username = account.username;
    }
    log_in(app, ask).await
}

async fn try_to_log_in(
    app: &App,
    ask: LogIn,
    keys: Vec<String>,
    once: Option<Once<LoggedIn>>,
) -> Result<Made<LoggedIn>, CallError<LogInError>> {
    // Many may wait here, so nothing is kept that is not needed afterwards.
    let LogIn {
        username,
        password,
        user_agent,
        from,
        device,
    } = ask;
    drop(username);
    let password = as_typed(password);
    let Some(name) = keys.last().cloned() else {
        // Nobody has such a name; the work is done all the same.
        let turn = app.hashing.turn(For::Stranger(from)).await?;
        turn.verify(password, None).await?;
        return Err(CallError::Refused(LogInError::InvalidCredentials));
    };
    // Asked before the queue, so that hammering on one name does not fill it for everybody.
    let device = device.and_then(|text| app.recognise(&text, &name));
    let whom = match &device {
        Some(device) => For::KnownDevice(&name, device),
        None => For::Stranger(from),
    };
    let attempt = Try::login(name.clone(), from, device.as_ref());
    app.may_try(&attempt).await?;
    let turn = app.hashing.turn(whom).await?;
    app.may_try(&attempt).await?;
    let right = verify(app, &turn, &attempt, keys, password.clone()).await;
    let (account, verified, verdict) = right.map_err(CallError::Refused)?;
    let fresher = if verdict == Verdict::RightOfOld || turn.is_outdated(&verified) {
        Some(turn.hash(password).await?)
    } else {
        None
    };
    drop(turn);
    let device = app.remember(&attempt.name, device.as_ref())?;
    let new = New {
        account,
        device,
        user_agent,
    };
    begin_session(app, new, attempt, (verified, fresher), once).await
}

/// A session that is to begin.
struct New {
    account: Account,
    device: Option<Secret>,
    user_agent: Option<String>,
}

impl App {
    fn recognise(&self, text: &str, name: &str) -> Option<Device> {
        let life = self.settings.device_life();
        Device::recognise(text, name, &self.master_key, self.now(), life)
    }

    /// What a device shall keep on which `name` has signed in; `None` when what it has is good.
    pub(in crate::app) fn remember(
        &self,
        name: &str,
        known: Option<&Device>,
    ) -> Result<Option<Secret>, Fault> {
        let (now, life) = (self.now(), self.settings.device_life());
        if known.is_some_and(|device| !device.is_stale(now, life)) {
            return Ok(None);
        }
        Device::remember(name, &self.master_key, now).map(Some)
    }
}

async fn verify(
    app: &App,
    turn: &Turn,
    attempt: &Try,
    keys: Vec<String>,
    password: Secret,
) -> Result<(Account, String, Verdict), LogInError> {
    let found = app
        .db
        .look(move |conn| store::passwords::credentials(conn, &keys))
        .await?;
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let verdict = turn.verify(password, hash).await?;
    match found {
        Some((account, verified)) if verdict != Verdict::Wrong && !account.is_locked => {
            Ok((account, verified, verdict))
        }
        _ => {
            app.count_failure(attempt).await?;
            Err(LogInError::InvalidCredentials)
        }
    }
}

async fn begin_session(
    app: &App,
    new: New,
    attempt: Try,
    (verified, fresher): (String, Option<String>),
    once: Option<Once<LoggedIn>>,
) -> Result<Made<LoggedIn>, CallError<LogInError>> {
    let (token, hash) = new_token()?;
    let wish = Begin::new(app, hash, new.user_agent);
    let (now, forgets, user) = (app.db.now(), app.counts_failures, new.account.id);
    let once = once.map(|once| once.sealed_by(&app.master_key));
    let made = app
        .db
        .write_once(once, move |conn| {
            if !store::passwords::hold_for_login(conn, user, &verified, fresher.as_deref())? {
                return Err(LogInError::InvalidCredentials);
            }
            if forgets {
                store::login_failures::forget(conn, &attempt.name, &attempt.source)?;
            }
            let begun = wish.run(conn, user, now)?;
            Ok(LoggedIn {
                account: new.account,
                session: begun.session,
                token,
                device: new.device,
                begun,
            })
        })
        .await?;
    if let Made::Now(now) = &made {
        now.begun.announce(app, user);
    }
    Ok(made)
}
