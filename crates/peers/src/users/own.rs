//! What users holds of somebody, for the archive that people take along. No secret and no hash is part of it.

use latchkey_common::auth::SessionId;
use latchkey_common::clock::Millis;
use serde::{Deserialize, Serialize};

use super::UserView;

/// All of it: bounded by how many sessions and tokens one may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnAccount {
    /// The account.
    pub account: UserView,
    /// Where somebody is signed in.
    pub sessions: Vec<OwnSession>,
    /// Tokens of programs that act for them.
    pub api_tokens: Vec<OwnToken>,
    /// Their link to Discord, as far as it was told.
    pub discord_link: Option<OwnLink>,
}

/// A link to Discord.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnLink {
    /// As people open it.
    pub link: String,
    /// When it was made.
    pub made_at: Millis,
}

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    /// Its number.
    pub id: SessionId,
    /// When it began.
    pub began_at: Millis,
    /// When it was last used.
    pub last_used_at: Millis,
    /// When it ends unless it is used before.
    pub ends_at: Millis,
    /// What the client called itself.
    pub user_agent: Option<String>,
}

/// A live API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnToken {
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub made_at: Millis,
    /// When it was last used.
    pub last_used_at: Option<Millis>,
    /// When it ends.
    pub ends_at: Option<Millis>,
}
