//! Why a request stays as it is.

use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use crate::app::invitation::not_redeemed::RedemptionError;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is none, or none that the caller may decide.
    #[error("no such request")]
    NotFound,
    /// What is asked for is given for good.
    #[error("no end there")]
    NoEnd,
    /// Nobody decides their own.
    #[error("one's own request")]
    Own,
    /// It is decided already, or was taken back.
    #[error("decided already")]
    Decided,
    /// They are in already.
    #[error("already a member")]
    AlreadyMember,
    /// What it leads into is gone.
    #[error("the target is closed")]
    TargetClosed,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(DecideError);

impl From<RedemptionError> for DecideError {
    fn from(error: RedemptionError) -> Self {
        match error {
            RedemptionError::Key(refusal) => Self::Key(refusal),
            RedemptionError::Shut(_) => Self::Decided,
            RedemptionError::InviterLostRight => Self::NotFound,
            RedemptionError::AlreadyMember => Self::AlreadyMember,
            RedemptionError::TargetClosed => Self::TargetClosed,
            RedemptionError::Fault(fault) => Self::Fault(fault),
            other @ (RedemptionError::AccountNeeded
            | RedemptionError::AccountThere
            | RedemptionError::ByRequest
            | RedemptionError::SignInNeeded
            | RedemptionError::InvalidUsername
            | RedemptionError::InsecurePassword
            | RedemptionError::UsernameReserved
            | RedemptionError::CommonPassword
            | RedemptionError::NameAsPassword
            | RedemptionError::UsernameTaken) => Self::Fault(Fault::internal(other.to_string())),
        }
    }
}
