//! The kinds of invitation. A kind is a policy, not a copy of the engine: it says what the columns
//! mean and where whoever comes in is written down; the lifecycle is the same for all.
//!
//! All that a kind decides stands in its [`Policy`], and in `app/engine/kinds.rs` what needs a database
//! or another service. Who may make one, and what is asked before somebody comes in, is said by the
//! use cases of its noun.

use latchkey_common::text_enum;
use latchkey_peers::channels::Permissions;

use crate::domain::group::Role;

text_enum! {
    /// What an invitation leads into.
    Kind {
        /// An account. Target: none. Grants: a [`RegistrationGrants`].
        Registration = "registration",
        /// A channel. Target: its id. Grants: a [`Permissions`].
        Channel = "channel",
        /// A group. Target: its number. Grants: a [`Role`].
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

/// Where the effect of a use lies, and so who knows whether it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// In this database, in the transaction that takes the use: nothing is left to compare, and nothing
    /// to find out afterwards.
    Here,
    /// An account, in the users service.
    Account,
    /// A membership, in the channels service.
    Membership,
}

/// What a kind decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Policy {
    /// Where whoever comes in is written down. An effect in another service belongs to one kind alone,
    /// because the ledger compares what is there with the uses of that kind.
    pub(crate) effect: Effect,
    /// Whether it rests on its issuer's account, and ends when that is locked.
    pub(crate) ends_with_issuer: bool,
    /// The grants in words, for an operator.
    pub(crate) describe_grants: fn(i64) -> String,
}

impl Kind {
    /// What this kind decides.
    pub(crate) const fn policy(self) -> Policy {
        match self {
            Self::Registration => Policy {
                effect: Effect::Account,
                ends_with_issuer: true,
                describe_grants: |bits| {
                    let grants = RegistrationGrants::from_bits(bits);
                    let also = if grants.super_user {
                        ", super user"
                    } else {
                        ""
                    };
                    format!("an account{also}")
                },
            },
            Self::Channel => Policy {
                effect: Effect::Membership,
                ends_with_issuer: true,
                describe_grants: |bits| {
                    let list = Vec::from(Permissions::from_bits(bits));
                    let words: Vec<_> = list.iter().map(|one| one.as_str()).collect();
                    words.join(", ")
                },
            },
            Self::Group => Policy {
                effect: Effect::Here,
                ends_with_issuer: true,
                describe_grants: |bits| match Role::from_bits(bits) {
                    Role::Admin => "membership as an admin".to_owned(),
                    Role::Member => "membership".to_owned(),
                },
            },
            Self::Choir => Policy {
                effect: Effect::Here,
                // A choir key stands for a service, not for the person who made it.
                ends_with_issuer: false,
                describe_grants: |_| "a place in a choir of the choir platform".to_owned(),
            },
            Self::Namespace => Policy {
                effect: Effect::Here,
                ends_with_issuer: true,
                describe_grants: |_| "collaboration in the whole tree".to_owned(),
            },
        }
    }

    /// The grants in words, for an operator.
    pub(crate) fn describe_grants(self, bits: i64) -> String {
        (self.policy().describe_grants)(bits)
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

    #[test]
    fn an_effect_elsewhere_belongs_to_one_kind() {
        let elsewhere = |kind: &Kind| Some(kind.policy().effect).filter(|it| *it != Effect::Here);
        let effects: Vec<Effect> = Kind::ALL.iter().filter_map(elsewhere).collect();
        for (at, effect) in effects.iter().enumerate() {
            assert!(!effects[..at].contains(effect), "{effect:?}");
        }
    }
}
