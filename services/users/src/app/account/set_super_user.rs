//! The operator or a super user promotes and demotes.

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};

use crate::app::App;
use crate::app::account::rights;
use crate::domain::account::Account;
use crate::store::{accounts, audit, events};

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SetSuperUserError {
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
via_fault!(SetSuperUserError);

/// Makes an account a super user, or no longer one. Asking for what is already so changes nothing.
pub(crate) async fn set_super_user(
    app: &App,
    by: Actor,
    username: &str,
    is_super_user: bool,
) -> Result<Account, SetSuperUserError> {
    let keys = text::keys(username);
    let now = app.db.now();
    let change = if is_super_user {
        Change::Promoted
    } else {
        Change::Demoted
    };
    let (account, is_new) = app
        .db
        .for_ending()
        .write(move |conn| {
            rights::hold(conn, &by)?;
            let account = accounts::by_name(conn, &keys)?.ok_or(SetSuperUserError::NotFound)?;
            if account.is_super_user == is_super_user {
                return Ok((account, false));
            }
            if !is_super_user && !accounts::has_other_super_user(conn, account.id)? {
                return Err(SetSuperUserError::LastSuperUser);
            }
            if !is_super_user {
                events::write(conn, account.id, events::Kind::Demoted, now)?;
            }
            let changed = accounts::set_super_user(conn, account.id, is_super_user)?;
            audit::write(conn, &by, change, &changed, now)?;
            Ok::<_, SetSuperUserError>((changed, true))
        })
        .await?;
    app.forget_callers();
    app.feed.written();
    if is_new {
        Fact::AccountChanged(account.id, change).record();
    }
    Ok(account)
}
