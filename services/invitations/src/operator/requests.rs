//! What the command line sends.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// `invite create`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateLink {
    /// For how many people.
    pub uses: i64,
    /// Seconds until it ends; `None`: when it is used up. Zero and less make a link that is dead.
    pub expires_in_s: Option<i64>,
    /// Whether the accounts become super users.
    pub super_user: bool,
}

impl CreateLink {
    pub(super) fn expires_in(&self) -> Option<Duration> {
        self.expires_in_s
            .map(|s| Duration::from_secs(u64::try_from(s).unwrap_or_default()))
    }
}

/// `invite show ID`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShowInvitation {
    /// Any id that a contract shows.
    pub id: String,
}

/// `group create`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateGroup {
    /// The username of its first admin.
    pub owner: String,
    /// Its name.
    pub name: String,
}

/// `group add-member GROUP U`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AddMember {
    /// The group's UUID or name.
    pub group: String,
    /// A username.
    pub user: String,
}

/// `invite tree U`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShowTree {
    /// A username.
    pub user: String,
}

/// `namespace create`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateNamespace {
    /// A username.
    pub owner: String,
    /// Names with slashes between; what is missing above the last one is made too.
    pub path: String,
}
