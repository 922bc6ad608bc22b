//! The operator or a super user shuts somebody out, and lets somebody in again.

use std::sync::Arc;

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};

use crate::app::App;
use crate::app::account::rights;
use crate::domain::account::Account;
use crate::store::{accounts, audit, events, sessions};

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LockUserError {
    /// No account has this name.
    #[error("no such user")]
    NotFound,
    /// Nobody would be left to look after the place.
    #[error("this is the last super user who is not locked; promote somebody else first")]
    LastSuperUser,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(LockUserError);

/// Locks an account: its sessions, their streams and its signed tokens end. Locking it twice
/// changes nothing more.
pub(crate) async fn lock_user(
    app: &App,
    by: Actor,
    username: &str,
) -> Result<Account, LockUserError> {
    let keys = text::keys(username);
    let (note, now) = (Arc::clone(&app.ended), app.db.now());
    let (account, ended, is_new) = app
        .db
        .for_ending()
        .write(move |conn| {
            rights::hold(conn, &by)?;
            let account = accounts::by_name(conn, &keys)?.ok_or(LockUserError::NotFound)?;
            if account.is_super_user && !accounts::has_other_super_user(conn, account.id)? {
                return Err(LockUserError::LastSuperUser);
            }
            let Some(locked) = accounts::lock(conn, account.id, now)? else {
                return Ok((account, Vec::new(), false));
            };
            let ended = sessions::end_others(conn, locked.id, None)?;
            note.note(&ended);
            events::write(conn, locked.id, events::Kind::Locked, now)?;
            audit::write(conn, &by, Change::Locked, &locked, now)?;
            Ok::<_, LockUserError>((locked, ended, true))
        })
        .await?;
    app.forget_callers();
    app.ended.report(&ended);
    app.feed.written();
    if is_new {
        Fact::AccountChanged(account.id, Change::Locked).record();
    }
    Ok(account)
}

/// Unlocks an account. It has to log in anew.
pub(crate) async fn unlock_user(
    app: &App,
    by: Actor,
    username: &str,
) -> Result<Account, LockUserError> {
    let keys = text::keys(username);
    let now = app.db.now();
    let (account, is_new) = app
        .db
        .write(move |conn| {
            rights::hold(conn, &by)?;
            let account = accounts::by_name(conn, &keys)?.ok_or(LockUserError::NotFound)?;
            let Some(open) = accounts::unlock(conn, account.id)? else {
                return Ok((account, false));
            };
            events::write(conn, open.id, events::Kind::Unlocked, now)?;
            audit::write(conn, &by, Change::Unlocked, &open, now)?;
            Ok::<_, LockUserError>((open, true))
        })
        .await?;
    app.feed.written();
    if is_new {
        Fact::AccountChanged(account.id, Change::Unlocked).record();
    }
    Ok(account)
}
