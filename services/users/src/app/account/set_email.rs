//! The operator sets somebody's e-mail address.

use latchkey_common::audit::Actor;
use latchkey_common::db::unless_duplicate;
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};

use crate::app::App;
use crate::domain::account::Account;
use crate::domain::email::Email;
use crate::store::{accounts, audit};

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetEmailError {
    /// No account has this name.
    #[error("no such user")]
    NotFound,
    /// Another account has the address.
    #[error("the e-mail address belongs to another account")]
    EmailTaken,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(SetEmailError);

/// Sets the address, or takes it away.
pub(crate) async fn set_email(
    app: &App,
    by: Actor,
    username: &str,
    email: Option<Email>,
) -> Result<Account, SetEmailError> {
    let (keys, now) = (text::keys(username), app.db.now());
    let account = app
        .db
        .write(move |conn| {
            let account = accounts::by_name(conn, &keys)?.ok_or(SetEmailError::NotFound)?;
            let changed = unless_duplicate(conn, |conn| {
                accounts::set_email(conn, account.id, email.as_ref())
            })?;
            let changed = changed.ok_or(SetEmailError::EmailTaken)?;
            audit::write(conn, &by, Change::Email, &changed, now)?;
            Ok::<_, SetEmailError>(changed)
        })
        .await?;
    app.forget_callers();
    Fact::AccountChanged(account.id, Change::Email).record();
    Ok(account)
}
