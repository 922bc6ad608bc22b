//! What the command line sends.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::registration::create_link::LinkLife;

/// `invite create`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreateLink {
    /// For how many people.
    pub uses: i64,
    /// Seconds until it ends; `None`: as the setting says. Zero and less are refused.
    pub expires_in_s: Option<i64>,
    /// It has no end, whatever the setting says.
    #[serde(default)]
    pub is_endless: bool,
    /// Whether the accounts become super users.
    pub super_user: bool,
}

impl CreateLink {
    pub(super) fn life(&self) -> LinkLife {
        match self.expires_in_s {
            _ if self.is_endless => LinkLife::Endless,
            None => LinkLife::Usual,
            Some(s) => LinkLife::For(Duration::from_secs(u64::try_from(s).unwrap_or_default())),
        }
    }
}

/// `invite show ID`, `invite revoke ID`.
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
