//! Somebody chooses another password with a link that was made for them. Opening the link spends nothing; one good
//! password does.

use std::sync::Arc;

use latchkey_common::audit::{Actor, Way};
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};
use latchkey_common::trail::{Change, Fact};
use latchkey_common::{text, via_fault};
use latchkey_peers::users::Password;

use crate::app::App;
use crate::app::account::hashing::For;
use crate::domain::account::Account;
use crate::domain::weakness::Weakness;
use crate::store::{self, reset_links};

/// Why the password stays.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ResetPasswordError {
    /// The link was used, its time is over, another took its place, or it never was.
    #[error("the link is good no more")]
    NoLink,
    /// The password is guessed too easily.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(ResetPasswordError);

/// Whose link this is. `None`: it is good no more.
pub(crate) async fn reset_link_owner(app: &App, link: &Secret) -> Result<Option<Account>, Fault> {
    let (hash, now) = (TokenHash::of(link.expose()), app.db.now());
    app.db
        .look(move |conn| reset_links::owner(conn, &hash, now))
        .await
}

/// Sets the password and ends all sessions of the account; failed logins are forgotten. Nothing is hashed for a link that
/// is good no more, and a password that is refused leaves it good.
pub(crate) async fn reset_password(
    app: &App,
    link: &Secret,
    password: Password,
) -> Result<Account, ResetPasswordError> {
    let owner = reset_link_owner(app, link).await?;
    let owner = owner.ok_or(ResetPasswordError::NoLink)?;
    app.settings.refuse_weak(&password, &owner.username)?;
    let turn = app.hashing.turn(For::SignedIn(owner.id)).await?;
    let hash = turn.hash(Secret::new(password.expose())).await?;
    drop(turn);
    let by = Actor::account(owner.id, &owner.username, Way::Page);
    let (link, note) = (TokenHash::of(link.expose()), Arc::clone(&app.ended));
    let now = app.db.now();
    let (account, ended) = app
        .db
        .for_ending()
        .write(move |conn| {
            // A lock in between wins.
            let open = store::accounts::hold_open(conn, owner.id)?;
            let taken = reset_links::take(conn, &link, now)?;
            if open.is_none() || taken != Some(owner.id) {
                return Err(ResetPasswordError::NoLink);
            }
            let account = store::passwords::set_password(conn, owner.id, &hash, now)?;
            store::login_failures::forget_all(conn, &text::fold(&account.username))?;
            let ended = store::sessions::end_others(conn, account.id, None)?;
            note.note(&ended);
            store::audit::write(conn, &by, Change::Reset, &account, now)?;
            Ok::<_, ResetPasswordError>((account, ended))
        })
        .await?;
    app.ended.report(&ended);
    Fact::AccountChanged(account.id, Change::Reset).record();
    Ok(account)
}
