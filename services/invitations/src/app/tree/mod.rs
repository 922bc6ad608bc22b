//! Who let whom in, for people: upwards from an account, and downwards. Everybody sees their own branch: themselves and
//! whoever came because of them. What the operator prints is the business of `ledger`.

pub(crate) mod invited;
pub(crate) mod inviters;
mod sight;

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::UserView;

use crate::domain::invitation::InvitationId;

/// One step of the tree.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// What the list goes on behind.
    pub(crate) key: i64,
    /// How many steps it is away, one at least.
    pub(crate) level: i64,
    /// Who is there; `None` is the operator.
    pub(crate) who: Option<UserId>,
    /// The account, unless it is gone.
    pub(crate) account: Option<UserView>,
    /// Who let them in, of somebody below; `None` above.
    pub(crate) inviter: Option<UserId>,
    /// By which invitation the lower of the two came.
    pub(crate) invitation: InvitationId,
    /// When the lower of the two came.
    pub(crate) came_at: Option<Millis>,
}

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TreeError {
    /// There is no such account, or none that the caller may ask about.
    #[error("no such account")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(TreeError);
