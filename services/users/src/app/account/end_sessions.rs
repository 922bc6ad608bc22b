//! The operator or a super user signs somebody out everywhere.

use std::sync::Arc;

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};

use crate::app::App;
use crate::app::account::rights;
use crate::domain::account::Account;
use crate::store::{accounts, audit, sessions};

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EndSessionsError {
    /// No account has this name.
    #[error("no such user")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(EndSessionsError);

/// Ends all sessions of an account, their streams and its signed tokens. API tokens stay: programs go on.
pub(crate) async fn end_sessions(
    app: &App,
    by: Actor,
    username: &str,
) -> Result<Account, EndSessionsError> {
    let keys = text::keys(username);
    let (note, now) = (Arc::clone(&app.ended), app.db.now());
    let (account, ended) = app
        .db
        .for_ending()
        .write(move |conn| {
            rights::hold(conn, &by)?;
            let account = accounts::by_name(conn, &keys)?.ok_or(EndSessionsError::NotFound)?;
            accounts::end_tokens(conn, account.id, now)?;
            let ended = sessions::end_others(conn, account.id, None)?;
            note.note(&ended);
            audit::write(conn, &by, Change::SignedOut, &account, now)?;
            Ok::<_, EndSessionsError>((account, ended))
        })
        .await?;
    app.forget_callers();
    app.ended.report(&ended);
    Fact::AccountChanged(account.id, Change::SignedOut).record();
    Ok(account)
}
