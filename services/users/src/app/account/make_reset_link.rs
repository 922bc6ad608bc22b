//! The operator or a super user makes a link with which somebody chooses another password.

use latchkey_common::audit::Actor;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, new_token};
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};

use crate::app::App;
use crate::app::account::rights;
use crate::store::{accounts, audit, reset_links};

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeResetLinkError {
    /// No account has this name.
    #[error("no such user")]
    NotFound,
    /// The account is locked: nobody could sign in.
    #[error("the account is locked")]
    Locked,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MakeResetLinkError);

/// What is shown this once, to whoever made it.
#[derive(Debug)]
pub(crate) struct ResetLink {
    /// What stands in the link.
    pub(crate) secret: Secret,
    /// When it ends.
    pub(crate) expires_at: Millis,
}

/// Makes a link in place of the one before. The password holds until the link is used.
pub(crate) async fn make_reset_link(
    app: &App,
    by: Actor,
    username: &str,
) -> Result<ResetLink, MakeResetLinkError> {
    let (secret, hash) = new_token()?;
    let keys = text::keys(username);
    let (life, now) = (app.settings.reset_link_life(), app.db.now());
    let (user, expires_at) = app
        .db
        .for_new()
        .write(move |conn| {
            rights::hold(conn, &by)?;
            let found = accounts::by_name(conn, &keys)?.ok_or(MakeResetLinkError::NotFound)?;
            // Held: of two at once, the second takes the place of the first.
            let account = accounts::hold_open(conn, found.id)?;
            let account = account.ok_or(MakeResetLinkError::Locked)?;
            let expires_at = reset_links::put(conn, account.id, &hash, life, now)?;
            audit::write(conn, &by, Change::ResetLink, &account, now)?;
            Ok::<_, MakeResetLinkError>((account.id, expires_at))
        })
        .await?;
    Fact::AccountChanged(user, Change::ResetLink).record();
    Ok(ResetLink { secret, expires_at })
}
