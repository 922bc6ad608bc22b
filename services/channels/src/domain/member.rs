//! Members of a channel.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_peers::channels::{Membership, Permissions};

/// Somebody who acts or is acted upon. The name is fixed for life, so it may be copied into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) username: String,
}

/// How somebody stands in a channel.
#[derive(Debug, Clone)]
pub(crate) enum Relation {
    /// There is no such channel, or it is closed.
    NoChannel,
    /// The channel is there, and the one asked about is no member.
    Stranger,
    /// A member.
    Member(Membership),
}

/// A member, as the others see one.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) user: UserId,
    pub(crate) username: String,
    pub(crate) permissions: Permissions,
    pub(crate) joined_at: Millis,
}
