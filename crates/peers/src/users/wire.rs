//! An account to be made, as it travels: the one question with a password in it.

use latchkey_common::auth::UserId;
use latchkey_common::db::act_keys::ActKey;
use latchkey_common::fault::Fault;
use serde::{Deserialize, Serialize};

use super::{CreateAccount, Password, Username};

/// Neither printed nor logged, so it has no `Debug`.
#[derive(Serialize, Deserialize)]
pub(super) struct NewAccount {
    key: ActKey,
    username: String,
    password: String,
    is_super_user: bool,
    issuer: Option<UserId>,
    by_super_users: bool,
}

impl From<CreateAccount> for NewAccount {
    fn from(ask: CreateAccount) -> Self {
        Self {
            username: ask.username.as_str().to_owned(),
            password: ask.password.expose().to_owned(),
            key: ask.key,
            is_super_user: ask.is_super_user,
            issuer: ask.issuer,
            by_super_users: ask.by_super_users,
        }
    }
}

impl TryFrom<NewAccount> for CreateAccount {
    type Error = Fault;

    fn try_from(ask: NewAccount) -> Result<Self, Fault> {
        let username = Username::parse(&ask.username);
        let password = Password::parse(&ask.password);
        Ok(Self {
            key: ask.key,
            username: username.ok_or_else(|| Fault::invalid("no username"))?,
            password: password.ok_or_else(|| Fault::invalid("no password"))?,
            is_super_user: ask.is_super_user,
            issuer: ask.issuer,
            by_super_users: ask.by_super_users,
        })
    }
}
