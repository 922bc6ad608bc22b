//! Accounts that are deleted: each service forgets its part of somebody by itself, and tells users that it has.
//!
//! Users asks nobody, so it tells by being asked: who has left is a state that is read, not an event that may be missed
//! while a service is away.

use latchkey_common::text;
use serde::{Deserialize, Serialize};

use super::{UserView, Username};

/// What a deleted person is called from the first moment on, and what stands beside what they have said. Nobody gets it as
/// a name.
pub const DELETED: &str = "deleted person";

impl UserView {
    /// True for somebody who has deleted the account: nothing is left of it but its number.
    pub fn is_deleted(&self) -> bool {
        self.username == DELETED
    }
}

impl Username {
    /// True for what deleted people are called: it is nobody's name.
    pub fn is_deleted_persons(&self) -> bool {
        self.folded() == text::fold(DELETED)
    }
}

/// What services other than users hold of a person. Each is forgotten again and again for a minute: a request that was on its
/// way when somebody left may come to something after it, and forgetting twice harms nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Memberships, and the name beside messages.
    Channels,
    /// Invitations, groups, namespaces and what belongs to them.
    Invitations,
    /// The link to Discord.
    Discord,
}
