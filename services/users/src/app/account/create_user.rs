//! The operator makes an account.

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::secret::Secret;
use latchkey_common::trail::{Change, Fact};
use latchkey_common::via_fault;
use latchkey_peers::users::{Password, Username};

use crate::app::App;
use crate::app::account::hashing::For;
use crate::domain::account::Account;
use crate::domain::email::Email;
use crate::domain::weakness::Weakness;
use crate::store::accounts::{self, NewAccount};
use crate::store::{audit, events};

/// The account that shall be.
#[derive(Debug)]
pub(crate) struct CreateUser {
    /// Its name.
    pub(crate) username: Username,
    /// Its address.
    pub(crate) email: Option<Email>,
    /// Its password.
    pub(crate) password: Password,
    /// Whether it is a super user.
    pub(crate) is_super_user: bool,
}

/// Why no account was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CreateUserError {
    /// Another account has the name.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another account has the address.
    #[error("the e-mail address belongs to another account")]
    EmailTaken,
    /// The password is guessed too easily.
    #[error(transparent)]
    Weak(#[from] Weakness),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(CreateUserError);

/// Makes an account without an invitation.
pub(crate) async fn create_user(
    app: &App,
    by: Actor,
    ask: CreateUser,
) -> Result<Account, CreateUserError> {
    if ask.username.is_deleted_persons() {
        return Err(CreateUserError::UsernameTaken);
    }
    app.settings
        .refuse_weak(&ask.password, ask.username.as_str())?;
    let turn = app.hashing.turn(For::Operator).await?;
    let password_hash = turn.hash(Secret::new(ask.password.expose())).await?;
    drop(turn);
    let new = NewAccount {
        username: ask.username,
        email: ask.email,
        password_hash,
        is_super_user: ask.is_super_user,
    };
    let now = app.db.now();
    let account = app
        .db
        .for_new()
        .write(move |conn| {
            let Some(account) = accounts::insert(conn, &new, now)? else {
                // The database does not say which value was taken: the name is asked for first.
                let is_name = accounts::is_name_taken(conn, &new.username.folded())?;
                return Err(if is_name {
                    CreateUserError::UsernameTaken
                } else {
                    CreateUserError::EmailTaken
                });
            };
            events::write(conn, account.id, events::Kind::Created, now)?;
            audit::write(conn, &by, Change::Made, &account, now)?;
            Ok(account)
        })
        .await?;
    app.feed.written();
    Fact::AccountChanged(account.id, Change::Made).record();
    Ok(account)
}
