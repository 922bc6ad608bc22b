//! Members of channels, for whoever is in: who they are, until when, and shutting them out.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::{id_type, refusals, via_fault};
use serde::{Deserialize, Serialize};

use super::{ChannelId, Permissions};

id_type! {
    /// One membership of a channel: the event that it began with. Whoever leaves and comes again has another.
    MemberId
}

/// Somebody in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its number.
    pub id: MemberId,
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub user: UserId,
    /// The name of `user`.
    pub username: String,
    /// What they may do.
    pub permissions: Permissions,
    /// Since when.
    pub joined_at: Millis,
    /// When it ends by itself.
    pub ends_at: Option<Millis>,
}

/// Asks who is in a channel.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct MembersOf {
    /// Where.
    pub channel: ChannelId,
    /// Who asks; nobody is told who is not in.
    pub reader: UserId,
    /// Only those behind this one, in the list's order.
    pub after: Option<MemberId>,
    /// How many at most.
    pub limit: i64,
    /// Whether whoever came last is told first.
    pub is_newest_first: bool,
}

/// A new end of a membership.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SetEnd {
    /// Of which.
    pub member: MemberId,
    /// On whose right.
    pub by: UserId,
    /// The end that they have seen.
    pub seen: Option<Millis>,
    /// When it shall end; `None`: not by itself.
    pub ends_at: Option<Millis>,
}

/// Why a membership is not shown, or stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// There is none, or the caller is not in there.
    #[error("no such membership")]
    NotFound,
    /// Whoever asks may not remove members.
    #[error("may not remove members")]
    NotAllowed,
    /// Whoever owns a channel stays: somebody always holds all permissions.
    #[error("the owner stays")]
    Owner,
    /// Nobody changes their own; one leaves.
    #[error("one's own")]
    Own,
    /// It is not as the caller has seen it any more.
    #[error("it has changed")]
    Changed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MemberError);
refusals!(MemberError {
    NotFound,
    NotAllowed,
    Owner,
    Own,
    Changed
});
