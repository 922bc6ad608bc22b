//! The operator gives somebody a new password.

use std::sync::Arc;

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};
use latchkey_peers::users::Password;

use crate::app::App;
use crate::app::account::hashing::For;
use crate::domain::account::Account;
use crate::domain::weakness::Weakness;
use crate::store;

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetPasswordError {
    /// No account has this name.
    #[error("no such user")]
    NotFound,
    /// The password is guessed too easily.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(SetPasswordError);

/// Sets the password and ends all sessions of the account; failed logins are forgotten, so that
/// the person gets in at once.
pub(crate) async fn set_password(
    app: &App,
    by: Actor,
    username: &str,
    password: Password,
) -> Result<Account, SetPasswordError> {
    app.settings.refuse_weak(&password, username)?;
    let turn = app.hashing.turn(For::Operator).await?;
    let hash = turn.hash(Secret::new(password.expose())).await?;
    drop(turn);
    let keys = text::keys(username);
    let (note, now) = (Arc::clone(&app.ended), app.db.now());
    let (account, ended) = app
        .db
        .for_ending()
        .write(move |conn| {
            let account =
                store::accounts::by_name(conn, &keys)?.ok_or(SetPasswordError::NotFound)?;
            let account = store::passwords::set_password(conn, account.id, &hash, now)?;
            store::reset_links::end(conn, account.id)?;
            store::login_failures::forget_all(conn, &text::fold(&account.username))?;
            let ended = store::sessions::end_others(conn, account.id, None)?;
            note.note(&ended);
            store::audit::write(conn, &by, Change::Password, &account, now)?;
            Ok::<_, SetPasswordError>((account, ended))
        })
        .await?;
    app.ended.report(&ended);
    Fact::AccountChanged(account.id, Change::Password).record();
    Ok(account)
}
