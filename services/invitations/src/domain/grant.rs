//! What an invitation gives, whatever contract made it.

use latchkey_peers::channels::{ChannelId, Permissions};

use crate::domain::group::{GroupId, Role};
use crate::domain::invitation::Invitation;
use crate::domain::kind::Kind;
use crate::domain::namespace::NamespaceId;

/// One thing that whoever comes in gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grant {
    /// An account.
    Account,
    /// Membership of a channel, with these permissions.
    Channel(ChannelId, Permissions),
    /// Membership of a group, in this role.
    Group(GroupId, Role),
    /// Collaboration in a namespace's whole tree.
    Namespace(NamespaceId),
}

impl Grant {
    /// The first thing that an invitation gives; `None` for one whose effect lies elsewhere (a choir's).
    pub(crate) fn of(invitation: &Invitation) -> Option<Self> {
        Self::read(invitation.kind, invitation.target_id, invitation.grants)
    }

    /// What these columns say.
    pub(crate) fn read(kind: Kind, target: Option<i64>, bits: i64) -> Option<Self> {
        Some(match (kind, target) {
            (Kind::Registration, _) => Self::Account,
            (Kind::Channel, Some(target)) => {
                Self::Channel(ChannelId(target), Permissions::from_bits(bits))
            }
            (Kind::Group, Some(target)) => Self::Group(GroupId(target), Role::from_bits(bits)),
            (Kind::Namespace, Some(target)) => Self::Namespace(NamespaceId(target)),
            (Kind::Choir, _) | (_, None) => return None,
        })
    }

    /// True where `less` is a part of this one, or the same.
    pub(crate) fn covers(self, less: Self) -> bool {
        match (self, less) {
            (Self::Account, Self::Account) => true,
            (Self::Channel(one, all), Self::Channel(other, some)) => {
                one == other && all.covers(some)
            }
            (Self::Group(one, role), Self::Group(other, less)) => {
                one == other && (role == less || less == Role::Member)
            }
            (Self::Namespace(one), Self::Namespace(other)) => one == other,
            (Self::Account | Self::Channel(..) | Self::Group(..) | Self::Namespace(_), _) => false,
        }
    }

    /// Of which kind the invitation is.
    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Account => Kind::Registration,
            Self::Channel(..) => Kind::Channel,
            Self::Group(..) => Kind::Group,
            Self::Namespace(_) => Kind::Namespace,
        }
    }

    /// What it leads into.
    pub(crate) const fn target(self) -> Option<i64> {
        match self {
            Self::Account => None,
            Self::Channel(id, _) => Some(id.0),
            Self::Group(id, _) => Some(id.0),
            Self::Namespace(id) => Some(id.0),
        }
    }

    /// The number for the column.
    pub(crate) const fn bits(self) -> i64 {
        match self {
            Self::Account | Self::Namespace(_) => 0,
            Self::Channel(_, permissions) => permissions.bits(),
            Self::Group(_, role) => role.bits(),
        }
    }
}

/// A thing that an invitation gives, for how long, and on what its maker's right to it rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Promise {
    /// What.
    pub(crate) grant: Grant,
    /// The event that the maker's membership of a channel began with.
    pub(crate) ground: Option<i64>,
    /// For how many milliseconds; `None`: for good.
    pub(crate) ends_after: Option<i64>,
}

impl Promise {
    /// The first of an invitation's.
    pub(crate) fn first(invitation: &Invitation) -> Option<Self> {
        Some(Self {
            grant: Grant::of(invitation)?,
            ground: invitation.ground,
            ends_after: invitation.ends_after,
        })
    }
}
