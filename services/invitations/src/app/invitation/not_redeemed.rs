//! Why nobody came in by a secret, whatever it leads into.

use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::by_secret::Shut;
use crate::app::channel::join::JoinError;
use crate::app::engine::join_here::JoinHereError;
use crate::app::registration::register::RegisterError;
use crate::domain::claim::Refusal;

/// Why nobody came in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RedemptionError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// The secret opens nothing.
    #[error(transparent)]
    Shut(Shut),
    /// It leads to an account, and no name and password were given.
    #[error("an account is to be made")]
    AccountNeeded,
    /// Whoever has an account needs no other.
    #[error("an account is there already")]
    AccountThere,
    /// Whoever has it may ask to be let in.
    #[error("it lets in whoever has asked")]
    ByRequest,
    /// It is for people with an account.
    #[error("not signed in")]
    SignInNeeded,
    /// The name cannot be a username.
    #[error("not a username")]
    InvalidUsername,
    /// The password is too short or too long.
    #[error("not a password")]
    InsecurePassword,
    /// The name is kept for super users; the invitation is whole.
    #[error("the username is reserved")]
    UsernameReserved,
    /// The password is among the first that are tried; the invitation is whole.
    #[error("the password is one of the most common ones")]
    CommonPassword,
    /// The password is the name; the invitation is whole.
    #[error("the password is the username")]
    NameAsPassword,
    /// The name is taken; the invitation is whole.
    #[error("the username is taken")]
    UsernameTaken,
    /// In already; the invitation is whole.
    #[error("already a member")]
    AlreadyMember,
    /// What it led into is gone.
    #[error("the target is closed")]
    TargetClosed,
    /// Whoever made it may not give that any more.
    #[error("the inviter lost the right")]
    InviterLostRight,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RedemptionError);

/// Why a secret opens nothing.
pub(super) fn because(shut: Shut) -> RedemptionError {
    match shut {
        Shut::Fault(fault) => RedemptionError::Fault(fault),
        Shut::InviterLostRight => RedemptionError::InviterLostRight,
        Shut::TargetClosed => RedemptionError::TargetClosed,
        shut @ (Shut::NotFound
        | Shut::Revoked
        | Shut::Expired
        | Shut::UsedUp
        | Shut::Declined
        | Shut::OtherRecipient) => RedemptionError::Shut(shut),
    }
}

impl From<Shut> for RedemptionError {
    fn from(shut: Shut) -> Self {
        because(shut)
    }
}

/// Why the engine lets nobody in.
pub(in crate::app) fn refused(refusal: Refusal) -> RedemptionError {
    RedemptionError::Shut(match refusal {
        Refusal::NotFound | Refusal::OtherTarget => Shut::NotFound,
        Refusal::NotYours => Shut::OtherRecipient,
        Refusal::Expired => Shut::Expired,
        Refusal::Ended | Refusal::Reserved => Shut::UsedUp,
    })
}

impl From<RegisterError> for RedemptionError {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::NoUsername(_) => Self::InvalidUsername,
            RegisterError::NoPassword(_) => Self::InsecurePassword,
            RegisterError::UsernameReserved => Self::UsernameReserved,
            RegisterError::CommonPassword => Self::CommonPassword,
            RegisterError::NameAsPassword => Self::NameAsPassword,
            RegisterError::InvalidInvitation => Self::Shut(Shut::UsedUp),
            RegisterError::UsernameTaken => Self::UsernameTaken,
            RegisterError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<JoinError> for RedemptionError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::ChannelNotFound => Self::TargetClosed,
            JoinError::AlreadyMember => Self::AlreadyMember,
            JoinError::InvitationNotFound => Self::Shut(Shut::NotFound),
            JoinError::InvalidInvitation | JoinError::NotPublic => Self::InviterLostRight,
            JoinError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<JoinHereError> for RedemptionError {
    fn from(error: JoinHereError) -> Self {
        match error {
            JoinHereError::Closed => Self::TargetClosed,
            JoinHereError::AlreadyIn => Self::AlreadyMember,
            JoinHereError::Invitation => Self::InviterLostRight,
            JoinHereError::Fault(fault) => Self::Fault(fault),
        }
    }
}
