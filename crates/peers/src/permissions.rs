//! What a member of a channel may do.

use latchkey_common::{bigint_column, text_enum};
use serde::{Deserialize, Serialize};

text_enum! {
    /// One thing that a member may do, in the order in which contracts list them.
    Permission {
        /// Read messages.
        Read = "read",
        /// Send messages.
        Write = "write",
        /// Invite others.
        Invite = "invite",
        /// Give the channel another name.
        Rename = "rename",
        /// Remove other members.
        RemoveUsers = "remove-users",
    }
}

impl Permission {
    const fn bit(self) -> i64 {
        match self {
            Self::Read => 1,
            Self::Write => 2,
            Self::Invite => 4,
            Self::Rename => 8,
            Self::RemoveUsers => 16,
        }
    }
}

/// A set of [`Permission`]s: a list of words in JSON, a number in a column.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[serde(from = "Vec<Permission>", into = "Vec<Permission>")]
#[diesel(sql_type = diesel::sql_types::BigInt)]
pub struct Permissions(i64);

bigint_column!(Permissions);

impl Permissions {
    /// Everything: what an owner holds.
    pub const ALL: Self = Self(31);
    /// What somebody gets who joins a public channel without an invitation.
    pub const PUBLIC_JOIN: Self = Self(7);

    /// True when `permission` is in the set.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// True when everything in `other` is in this set too.
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set and one more.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | permission.bit())
    }

    /// The number for a column, one bit a permission; for guards that compare in SQL.
    pub const fn bits(self) -> i64 {
        self.0
    }

    /// The set that [`Permissions::bits`] gave.
    pub const fn from_bits(bits: i64) -> Self {
        Self(bits & Self::ALL.0)
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(all: I) -> Self {
        all.into_iter().fold(Self(0), Self::with)
    }
}

impl From<Vec<Permission>> for Permissions {
    fn from(list: Vec<Permission>) -> Self {
        list.into_iter().collect()
    }
}

impl From<Permissions> for Vec<Permission> {
    fn from(set: Permissions) -> Self {
        Permission::ALL
            .iter()
            .copied()
            .filter(|one| set.contains(*one))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_the_contracts_order_and_drop_repeats() {
        let set: Permissions = [Permission::Invite, Permission::Read, Permission::Invite]
            .into_iter()
            .collect();
        assert_eq!(Vec::from(set), [Permission::Read, Permission::Invite]);
        assert_eq!(Vec::from(Permissions::ALL), Permission::ALL);
    }

    #[test]
    fn one_covers_what_one_holds() {
        assert!(Permissions::ALL.covers(Permissions::PUBLIC_JOIN));
        assert!(!Permissions::PUBLIC_JOIN.covers(Permissions::ALL));
    }
}
