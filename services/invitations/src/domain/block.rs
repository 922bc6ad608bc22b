//! From whom somebody takes no invitations.

use diesel::Queryable;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::id_type;

id_type! {
    /// A row of the table.
    BlockId
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct Block {
    /// Its number.
    pub(crate) id: BlockId,
    /// From whom.
    pub(crate) blocked: UserId,
    /// Since when.
    pub(crate) created_at: Millis,
}
