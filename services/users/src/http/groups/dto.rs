//! The bodies of these calls, as the contract's app reads them. Ids are UUIDs.

use latchkey_common::auth::UserId;
use latchkey_common::auth::jwt::Issued;
use latchkey_common::page::Page;
use latchkey_common::secret::Secret;
use serde::{Deserialize, Serialize};

use crate::domain::account::Account;

#[derive(Debug, Deserialize)]
pub(crate) struct LogIn {
    /// An address or a name.
    pub(crate) email: String,
    pub(crate) password: Secret,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    pub(crate) search: Option<String>,
    #[serde(flatten)]
    pub(crate) page: Page,
}

#[derive(Serialize)]
pub(crate) struct LoggedIn<'a> {
    token: &'a str,
    user: User,
}

impl<'a> LoggedIn<'a> {
    pub(super) fn new(issued: &'a Issued, account: Account) -> Self {
        Self {
            token: issued.token.expose(),
            user: User::seen_by(account.id, account),
        }
    }
}

/// A person. The app shows `name`, which is the username here, and knows profiles that nobody has here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the contract spells it so")]
pub(crate) struct User {
    id: String,
    name: String,
    user_name: String,
    email: Option<String>,
    profile_type: Option<&'static str>,
}

impl User {
    /// Addresses are their owner's to see.
    pub(super) fn seen_by(me: UserId, account: Account) -> Self {
        Self {
            id: account.uuid,
            name: account.username.clone(),
            user_name: account.username,
            email: account.email.filter(|_| account.id == me),
            profile_type: None,
        }
    }

    /// Whoever is asked for by an address is shown as the address that was typed, and no name beside it.
    pub(super) fn by_address(account: Account, typed: &str) -> Self {
        Self {
            id: account.uuid,
            name: typed.to_owned(),
            user_name: typed.to_owned(),
            email: Some(typed.to_owned()),
            profile_type: None,
        }
    }
}
