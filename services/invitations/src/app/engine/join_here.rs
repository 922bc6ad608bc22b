//! Coming into what is kept in this database: why a secret lets nobody into a group or a tree of namespaces.

use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub(in crate::app) enum JoinHereError {
    /// What it leads into is gone.
    #[error("it is gone")]
    Closed,
    /// In already; an owner always is.
    #[error("already in")]
    AlreadyIn,
    /// The invitation lets this person in no more, or its maker may not let in any more.
    #[error("the invitation does not fit")]
    Invitation,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(JoinHereError);
