//! Deleting an account, by the person whose it is, by a super user or by the operator.
//!
//! One transaction makes it a deleted person's: nobody signs in, nothing made of the account is good any more, and nobody
//! sees who it was. What other services hold of the person they forget by themselves ([`super::departures`]); until the
//! last has, nobody else gets the name.

use std::sync::Arc;

use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::{Caller, SessionId, UserId};
use latchkey_common::db::{Conn, SqlNow, kept_answers};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{crash_point, text, via_fault};
use latchkey_contracts::callers_of;

use crate::app::App;
use crate::app::account::confirm_password::confirm_password;
use crate::app::account::rights;
use crate::app::session::ended_sessions::EndedSessions;
use crate::domain::account::Account;
use crate::store::{
    accounts, api_tokens, audit, departures, discord_links, events, passwords, reset_links,
    sessions,
};

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeleteAccountError {
    /// No account has this name.
    #[error("no such user")]
    NotFound,
    /// The password is wrong.
    #[error("the password is wrong")]
    InvalidCredentials,
    /// Nobody would be left to look after the place.
    #[error("this is the last super user who is not locked; promote somebody else first")]
    LastSuperUser,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(DeleteAccountError);

/// A person deletes the own account, with the password once more. Whose account is gone by then has what they wanted.
pub(crate) async fn delete_own_account(
    app: &App,
    caller: &Caller,
    password: Secret,
) -> Result<(), DeleteAccountError> {
    let done = confirm_and_leave(app, caller, password).await;
    let looks_gone = matches!(
        done,
        Err(DeleteAccountError::InvalidCredentials
            | DeleteAccountError::NotFound
            | DeleteAccountError::Fault(Fault::Unauthenticated))
    );
    if looks_gone && is_gone(app, caller.user).await? {
        return Ok(());
    }
    done
}

async fn is_gone(app: &App, user: UserId) -> Result<bool, Fault> {
    let found = app.db.look(move |conn| accounts::find(conn, user)).await?;
    Ok(found.is_some_and(|account| account.is_deleted()))
}

async fn confirm_and_leave(
    app: &App,
    caller: &Caller,
    password: Secret,
) -> Result<(), DeleteAccountError> {
    let confirmed = confirm_password(app, caller, password).await?;
    let (turn, verified) = confirmed.ok_or(DeleteAccountError::InvalidCredentials)?;
    drop(turn);
    let (user, by) = (caller.user, Actor::person(caller, Way::Page));
    let (note, now) = (Arc::clone(&app.ended), app.db.now());
    let left = app
        .db
        .for_ending()
        .write(move |conn| {
            accounts::hold_super_users(conn)?;
            // Another password, a lock or another deletion came in between.
            if !passwords::hold_for_login(conn, user, &verified, None)? {
                return Err(DeleteAccountError::InvalidCredentials);
            }
            let account = accounts::find(conn, user)?.ok_or(DeleteAccountError::NotFound)?;
            leave(conn, &by, &account, &note, now)
        })
        .await?;
    report(app, &left);
    Ok(())
}

/// A super user or the operator deletes somebody's account.
pub(crate) async fn delete_account(
    app: &App,
    by: Actor,
    username: &str,
) -> Result<Account, DeleteAccountError> {
    let keys = text::keys(username);
    let (note, now) = (Arc::clone(&app.ended), app.db.now());
    let left = app
        .db
        .for_ending()
        .write(move |conn| {
            rights::hold(conn, &by)?;
            let account = accounts::by_name(conn, &keys)?.ok_or(DeleteAccountError::NotFound)?;
            leave(conn, &by, &account, &note, now)
        })
        .await?;
    report(app, &left);
    Ok(left.account)
}

struct Left {
    account: Account,
    ended: Vec<SessionId>,
}

/// The transaction; its caller holds who is a super user.
fn leave(
    conn: &mut Conn,
    by: &Actor,
    account: &Account,
    note: &EndedSessions,
    now: SqlNow,
) -> Result<Left, DeleteAccountError> {
    let user = account.id;
    if account.is_super_user && !accounts::has_other_super_user(conn, user)? {
        return Err(DeleteAccountError::LastSuperUser);
    }
    let left = departures::leave(conn, user, now)?.ok_or(DeleteAccountError::NotFound)?;
    let ended = sessions::end_others(conn, user, None)?;
    note.note(&ended);
    api_tokens::delete_all(conn, user)?;
    reset_links::end(conn, user)?;
    discord_links::end(conn, user)?;
    kept_answers::forget_of(conn, &callers_of(user))?;
    departures::begin(conn, user, now)?;
    // To whoever follows accounts it is a lock that never ends.
    events::write(conn, user, events::Kind::Locked, now)?;
    audit::write(conn, by, Change::Deleted, account, now)?;
    Ok(Left {
        account: left,
        ended,
    })
}

fn report(app: &App, left: &Left) {
    crash_point::reach(crash_point::AFTER_LEAVE);
    app.forget_callers();
    app.ended.report(&left.ended);
    app.feed.written();
    Fact::AccountChanged(left.account.id, Change::Deleted).record();
}
