//! The kinds of invitation. A kind is a policy, not a copy of the engine: it says what the columns
//! mean and who must be asked when a use is settled; the lifecycle is the same for all.

use latchkey_common::text_enum;
use latchkey_peers::channels::Permissions;

text_enum! {
    /// What an invitation leads into.
    Kind {
        /// An account. Target: none. Grants: a [`RegistrationGrants`].
        Registration = "registration",
        /// A channel. Target: its id. Grants: a [`Permissions`].
        Channel = "channel",
        /// A group. Target: its number. Grants: nothing to choose.
        Group = "group",
        /// A choir of the choir platform. Target: none, the choir's id is a text of its contract's.
        /// Grants: none here; joining is the platform's business, and checking uses nothing up.
        Choir = "choir",
        /// A namespace's whole tree. Target: the namespace that the invite names. Grants: nothing
        /// to choose.
        Namespace = "namespace",
    }
}

text_enum! {
    /// Which side made it.
    Direction {
        /// Whoever may let people in offers it.
        Offer = "offer",
        /// Whoever wants to come in asks for it.
        Request = "request",
    }
}

/// What an account gets beside existing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct RegistrationGrants {
    /// The account is made a super user.
    pub(crate) super_user: bool,
}

impl RegistrationGrants {
    const SUPER_USER: i64 = 1;

    /// The number for the column.
    pub(crate) const fn bits(self) -> i64 {
        if self.super_user { Self::SUPER_USER } else { 0 }
    }

    /// What [`RegistrationGrants::bits`] gave.
    pub(crate) const fn from_bits(bits: i64) -> Self {
        Self {
            super_user: bits & Self::SUPER_USER != 0,
        }
    }
}

impl Kind {
    /// True when the effect lies in another service's database. The others are settled in the
    /// transaction that reserves, so that there is nothing to compare or to find out afterwards.
    pub(crate) const fn acts_elsewhere(self) -> bool {
        match self {
            Self::Registration | Self::Channel => true,
            Self::Group | Self::Choir | Self::Namespace => false,
        }
    }

    /// The grants in words, for an operator.
    pub(crate) fn describe_grants(self, bits: i64) -> String {
        match self {
            Self::Registration if RegistrationGrants::from_bits(bits).super_user => {
                "an account, super user".to_owned()
            }
            Self::Registration => "an account".to_owned(),
            Self::Choir => "a place in a choir of the choir platform".to_owned(),
            Self::Namespace => "collaboration in the whole tree".to_owned(),
            Self::Channel => {
                let list: Vec<_> = Vec::from(Permissions::from_bits(bits));
                list.iter()
                    .map(|one| one.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            }
            Self::Group => "membership".to_owned(),
        }
    }
}

/// The slot of the link that makes the first account.
pub(crate) const FIRST_ACCOUNT_SLOT: &str = "first-account";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_survive_the_column() {
        for super_user in [true, false] {
            let grants = RegistrationGrants { super_user };
            assert_eq!(RegistrationGrants::from_bits(grants.bits()), grants);
        }
        assert_eq!(Kind::Channel.describe_grants(3), "read, write");
        assert_eq!(
            Kind::Registration.describe_grants(1),
            "an account, super user"
        );
    }
}
