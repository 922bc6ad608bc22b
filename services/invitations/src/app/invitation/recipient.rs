//! Whom an invitation is for.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::text;
use latchkey_peers::users::UserView;

use crate::app::App;

/// Whom an invitation is for, as its maker names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// This account.
    Account(UserId),
    /// This account, of which nobody need be asked any more.
    Found(Box<UserView>),
    /// Whoever's account has this address.
    Email(String),
}

impl Recipient {
    /// The address by which its maker has named them: as it was written where there is an `account`, and as
    /// addresses are compared where there is none yet.
    pub(super) fn email(&self, account: Option<UserId>) -> Option<String> {
        match self {
            Self::Email(address) if account.is_some() => Some(address.clone()),
            Self::Email(address) => Some(text::fold(address)),
            Self::Account(_) | Self::Found(_) => None,
        }
    }
}

/// The account; of an address nobody may have one yet. `Err` inside: there is none, or it is locked.
pub(super) async fn find_recipient(
    app: &App,
    named: Option<&Recipient>,
) -> Result<Result<Option<UserId>, NoSuchAccount>, Fault> {
    let found = match named {
        None => return Ok(Ok(None)),
        Some(Recipient::Found(user)) => Some(user.as_ref().clone()),
        Some(Recipient::Account(id)) => app.users.by_ids(vec![*id]).await?.into_iter().next(),
        Some(Recipient::Email(address)) => match app.users.by_handle(address.clone()).await? {
            None => return Ok(Ok(None)),
            found => found,
        },
    };
    let alive = found.filter(|one| !one.is_locked);
    Ok(alive.map(|one| Some(one.id)).ok_or(NoSuchAccount))
}

/// There is none, or it is locked.
#[derive(Debug)]
pub(super) struct NoSuchAccount;
