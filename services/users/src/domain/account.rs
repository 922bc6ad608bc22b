//! An account, as its own service knows it.

use diesel::Queryable;
use latchkey_common::auth::{TokenCaller, UserId};
use latchkey_common::clock::Millis;
use latchkey_peers::users::UserView;

/// An account without its password.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Account {
    /// The number that most contracts show.
    pub(crate) id: UserId,
    /// The same account in the contracts that show UUIDs; fixed for life.
    pub(crate) uuid: String,
    /// The name as it was given.
    pub(crate) username: String,
    /// The address as it was given; set by the operator alone.
    pub(crate) email: Option<String>,
    /// May do what operators may.
    pub(crate) is_super_user: bool,
    /// Shut out by an operator.
    pub(crate) is_locked: bool,
    /// When it was made.
    pub(crate) created_at: Millis,
    /// Since when it is a deleted person's: it is locked for good, and nobody finds it by a name.
    pub(crate) left_at: Option<Millis>,
}

impl Account {
    /// True for the account of a deleted person.
    pub(crate) const fn is_deleted(&self) -> bool {
        self.left_at.is_some()
    }
}

impl From<Account> for UserView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            uuid: account.uuid,
            username: account.username,
            email: account.email,
            created_at: account.created_at,
            is_super_user: account.is_super_user,
            is_locked: account.is_locked,
        }
    }
}

impl From<Account> for TokenCaller {
    fn from(account: Account) -> Self {
        Self {
            user: account.id,
            username: account.username,
            uuid: account.uuid,
            is_super_user: account.is_super_user,
        }
    }
}
