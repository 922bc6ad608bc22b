//! What the operator's calls take and answer.

use std::fmt;

use latchkey_common::auth::UserId;
use serde::{Deserialize, Serialize};

use crate::domain::account::Account;

/// `create`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateUser {
    /// 4 to 32 characters.
    pub username: String,
    /// Unique, if there is one.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether it shall be a super user.
    #[serde(default)]
    pub is_super_user: bool,
    /// 8 to 256 characters; without one a random one is made and answered.
    #[serde(default)]
    pub password: Option<String>,
}

/// `show`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedUser {
    /// Without regard to case.
    pub username: String,
}

/// `promote`, `demote`, `lock`, `unlock`, `delete`, `reset-link`, `end-sessions`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeUser {
    /// Without regard to case.
    pub username: String,
    /// Why, for the audit log: a line of at most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `set-email`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetEmail {
    /// Without regard to case.
    pub username: String,
    /// Absent or empty takes the address away.
    #[serde(default)]
    pub email: Option<String>,
}

/// `set-password`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    /// Without regard to case.
    pub username: String,
    /// 8 to 256 characters; without one a random one is made and answered.
    #[serde(default)]
    pub password: Option<String>,
}

/// `list`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListUsers {
    /// Only accounts behind this id.
    #[serde(default)]
    pub after: Option<i64>,
    /// At most so many, and never more than the ceiling.
    #[serde(default)]
    pub limit: Option<i64>,
}

/// What most calls answer: the account as it is now, with all its ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserInfo {
    /// The number that most contracts show.
    pub id: UserId,
    /// The same account in the contracts that show UUIDs.
    pub uuid: String,
    /// As it was given.
    pub username: String,
    /// As it was given.
    pub email: Option<String>,
    /// May do what operators may.
    pub is_super_user: bool,
    /// Shut out.
    pub is_locked: bool,
    /// RFC 3339.
    pub created_at: String,
}

impl From<Account> for UserInfo {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            uuid: account.uuid,
            username: account.username,
            email: account.email,
            is_super_user: account.is_super_user,
            is_locked: account.is_locked,
            created_at: account.created_at.rfc3339(),
        }
    }
}

/// What `create` and `set-password` answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWithPassword {
    /// The account.
    #[serde(flatten)]
    pub user: UserInfo,
    /// Only when it was made here; shown this once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

/// What `reset-link` answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetLinkMade {
    /// The link; shown this once.
    pub link: String,
    /// RFC 3339.
    pub expires_at: String,
}

/// What `list` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserList {
    /// By id.
    pub users: Vec<UserInfo>,
    /// Ask again behind this id; absent at the end.
    #[serde(default)]
    pub next: Option<i64>,
}

impl fmt::Debug for CreateUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateUser")
            .field("username", &self.username)
            .field("email", &self.email)
            .field("is_super_user", &self.is_super_user)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SetPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetPassword")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for UserWithPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserWithPassword")
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}
