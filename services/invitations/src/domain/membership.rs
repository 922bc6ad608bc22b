//! Somebody's being in something, wherever that is written down.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_peers::channels::members::{Member as ChannelMember, MemberId};

use crate::domain::grant::Grant;
use crate::domain::group::MembershipId;
use crate::domain::namespace::NamespaceId;

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberKey {
    /// In a channel.
    Channel(MemberId),
    /// In a group.
    Group(MembershipId),
    /// In the tree of namespaces with this root: whoever leaves and comes again has the same.
    Tree(NamespaceId, UserId),
}

/// Somebody who is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Which membership.
    pub(crate) key: MemberKey,
    /// In what, and what they may do there.
    pub(crate) grant: Grant,
    /// Who.
    pub(crate) user: UserId,
    /// Since when.
    pub(crate) joined_at: Millis,
    /// When it ends by itself.
    pub(crate) ends_at: Option<Millis>,
}

impl From<&ChannelMember> for Member {
    fn from(member: &ChannelMember) -> Self {
        Self {
            key: MemberKey::Channel(member.id),
            grant: Grant::Channel(member.channel, member.permissions),
            user: member.user,
            joined_at: member.joined_at,
            ends_at: member.ends_at,
        }
    }
}
