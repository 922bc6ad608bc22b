//! A person exchanges the own password.
//!
//! A call with a key is known without its passwords: nothing of them is kept but the Argon2id hash that holds. That
//! hash says whether the same call comes again, because then the new password is right.

use std::sync::Arc;

use latchkey_common::auth::{Caller, SessionId};
use latchkey_common::db::once::{CallError, KeyRefusal, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::via_fault;
use latchkey_peers::users::Password;

use crate::app::App;
use crate::app::account::confirm_password::{confirm_password, look_at_password};
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

/// What a change does: the sessions that it ended.
pub(crate) type Exchanged = Vec<SessionId>;
type Outcome = Result<Made<Exchanged>, CallError<ChangePasswordError>>;

/// Ends all other sessions of the person, and their streams, before it answers.
pub(crate) async fn change_password(
    app: &App,
    caller: &Caller,
    ask: ChangePassword,
    once: Option<Once<Exchanged>>,
) -> Outcome {
    let weak = app.settings.refuse_weak(&ask.new, &caller.username);
    weak.map_err(|weak| CallError::Refused(weak.into()))?;
    if let Some(before) = before(app, once.as_ref()).await? {
        return again(app, caller, &ask.new, before).await;
    }
    let (turn, verified) = match look_at_password(app, caller, ask.old).await? {
        Ok(right) => right,
        Err(wrong) => {
            // The same call may have been quicker, and then the old password is no longer right.
            if let Some(before) = before(app, once.as_ref()).await? {
                return again(app, caller, &ask.new, before).await;
            }
            wrong.count(app).await?;
            return Err(CallError::Refused(ChangePasswordError::InvalidCredentials));
        }
    };
    let new = turn.hash(Secret::new(ask.new.expose())).await?;
    drop(turn);
    match exchange(app, caller, (verified, new), once).await? {
        Made::Before(before) => again(app, caller, &ask.new, before).await,
        now @ Made::Now(_) => Ok(now),
    }
}

async fn before(
    app: &App,
    once: Option<&Once<Exchanged>>,
) -> Result<Option<Vec<u8>>, CallError<ChangePasswordError>> {
    let call = once.map(|once| &once.call);
    app.db.answered_before(call, None).await
}

/// A call with this key was made. It was this one if its new password is the one that holds; a wrong one counts as
/// any, so that a key is no way to guess.
async fn again(app: &App, caller: &Caller, new: &Password, before: Vec<u8>) -> Outcome {
    let typed = Secret::new(new.expose());
    match confirm_password(app, caller, typed).await? {
        Some(_) => Ok(Made::Before(before)),
        None => Err(KeyRefusal::OtherCall.into()),
    }
}

async fn exchange(
    app: &App,
    caller: &Caller,
    (old, new): (String, String),
    once: Option<Once<Exchanged>>,
) -> Outcome {
    let (user, kept) = (caller.user, caller.session);
    let (ended, now) = (Arc::clone(&app.ended), app.db.now());
    let made = app
        .db
        .for_ending()
        .write_once(once, move |conn| {
            // Another change, or a lock, came in between: the old password is no longer right.
            if !store::passwords::exchange_password(conn, user, &old, &new, now)? {
                return Err(ChangePasswordError::InvalidCredentials);
            }
            store::reset_links::end(conn, user)?;
            let others = store::sessions::end_others(conn, user, Some(kept))?;
            ended.note(&others);
            Ok(others)
        })
        .await?;
    if let Made::Now(others) = &made {
        app.ended.report(others);
        Fact::AccountChanged(user, Change::Password).record();
    }
    Ok(made)
}
