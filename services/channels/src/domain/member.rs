//! Members of a channel.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_peers::channels::Permissions;

/// Somebody who acts or is acted upon. The name is fixed for life, so it may be copied into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) username: String,
}

/// A member, as the others see one.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) user: UserId,
    pub(crate) username: String,
    pub(crate) permissions: Permissions,
    pub(crate) joined_at: Millis,
}
