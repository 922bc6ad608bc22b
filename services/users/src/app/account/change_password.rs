//! A person exchanges the own password.

use std::sync::Arc;

use latchkey_common::auth::{Caller, SessionId};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::via_fault;
use latchkey_peers::users::Password;

use crate::app::App;
use crate::app::account::confirm_password::confirm_password;
use crate::domain::weakness::Weakness;
use crate::store;

/// Which password for which.
#[derive(Debug)]
pub(crate) struct ChangePassword {
    /// As it was typed.
    pub(crate) old: Secret,
    /// The one that shall hold.
    pub(crate) new: Password,
}

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChangePasswordError {
    /// The old password is wrong.
    #[error("the old password is wrong")]
    InvalidCredentials,
    /// The new one is guessed too easily.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ChangePasswordError);

/// Ends all other sessions of the person, and their streams, before it answers.
pub(crate) async fn change_password(
    app: &App,
    caller: &Caller,
    ask: ChangePassword,
) -> Result<(), ChangePasswordError> {
    app.settings.refuse_weak(&ask.new, &caller.username)?;
    let (turn, verified) = confirm_password(app, caller, ask.old)
        .await?
        .ok_or(ChangePasswordError::InvalidCredentials)?;
    let new = turn.hash(Secret::new(ask.new.expose())).await?;
    drop(turn);
    exchange(app, caller, verified, new).await
}

async fn exchange(
    app: &App,
    caller: &Caller,
    old: String,
    new: String,
) -> Result<(), ChangePasswordError> {
    let (user, kept) = (caller.user, caller.session);
    let (ended, now) = (Arc::clone(&app.ended), app.db.now());
    let others = app
        .db
        .for_ending()
        .write(move |conn| {
            // Another change, or a lock, came in between: the old password is no longer right.
            if !store::passwords::exchange_password(conn, user, &old, &new, now)? {
                return Err(ChangePasswordError::InvalidCredentials);
            }
            let others = store::sessions::end_others(conn, user, Some(kept))?;
            ended.note(&others);
            Ok::<Vec<SessionId>, ChangePasswordError>(others)
        })
        .await?;
    app.ended.report(&others);
    Fact::AccountChanged(user, Change::Password).record();
    Ok(())
}
