//! Why an invitation is not made, whatever it leads into.

use latchkey_common::auth::UserId;
use latchkey_common::db::Conn;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use crate::app::registration::invite::InviteError;
use crate::domain::grant::Grant;
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Direction;
use crate::store::engine::invitations::find_open_pair;

/// Why there is none. Checked in this order.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MakeError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The site's setting says no.
    #[error("may not invite")]
    MayNotInvite,
    /// All that one may invite are invited.
    #[error("the quota is used up")]
    QuotaUsedUp,
    /// There is no such target, or none that the caller may know of: which of the things it is for.
    #[error("no such target")]
    TargetNotFound(usize),
    /// The same thing is given twice: which one is the second.
    #[error("the same thing twice")]
    Twice(usize),
    /// The caller may not give this.
    #[error("not the caller's to give")]
    GrantNotYours,
    /// The caller may not invite people to where those who come shall arrive.
    #[error("not the caller's to send people to")]
    LandingNotYours,
    /// There is no such account.
    #[error("no such account")]
    RecipientNotFound,
    /// The one it is for takes none from the caller.
    #[error("takes no invitations")]
    TakesNone,
    /// The one it is for is in already.
    #[error("already a member")]
    AlreadyMember,
    /// There is an open one for the two.
    #[error("already open")]
    AlreadyOpen(InvitationId),
    /// The one it is for has asked for it.
    #[error("asked for")]
    AskedFor(InvitationId),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MakeError);

impl MakeError {
    /// The same, of the thing at this place.
    pub(super) fn of(self, at: usize) -> Self {
        if matches!(self, Self::TargetNotFound(_)) {
            Self::TargetNotFound(at)
        } else {
            self
        }
    }
}

impl From<InviteError> for MakeError {
    fn from(error: InviteError) -> Self {
        match error {
            InviteError::NotAllowed => Self::MayNotInvite,
            InviteError::QuotaUsedUp => Self::QuotaUsedUp,
            InviteError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// The open one that another of the pair has met.
pub(super) fn in_the_way(
    conn: &mut Conn,
    grant: Grant,
    recipient: Option<UserId>,
) -> Result<MakeError, Fault> {
    let (Some(target), Some(recipient)) = (grant.target(), recipient) else {
        return Err(Fault::internal("a random secret came twice"));
    };
    let open = find_open_pair(conn, grant.kind(), target, recipient)?;
    Ok(match open {
        Some(open) if open.direction == Direction::Request => MakeError::AskedFor(open.id),
        Some(open) => MakeError::AlreadyOpen(open.id),
        None => Fault::unavailable("invitation", "the one in the way has just ended").into(),
    })
}
