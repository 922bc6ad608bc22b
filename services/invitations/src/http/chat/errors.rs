//! What this contract answers to each outcome.

use crate::app::channel::end_invitations::EndError;
use crate::app::channel::join::JoinError;
use crate::app::channel::list_invitations::ListError;
use crate::app::registration::register::RegisterError;
use crate::app::registration::remove_invitations::RemoveError;
use crate::app::{channel, registration};
use latchkey_contracts::chat::Problem;

impl From<RegisterError> for Problem {
    fn from(error: RegisterError) -> Self {
        match error {
            RegisterError::NoUsername(name) => Self::no_username(&name),
            RegisterError::NoPassword(typed) => Self::no_password(typed.expose()),
            RegisterError::UsernameReserved => Self::reserved_username(),
            RegisterError::CommonPassword => Self::common_password(),
            RegisterError::NameAsPassword => Self::name_as_password(),
            RegisterError::InvalidInvitation => Self::invalid_user_invite(),
            RegisterError::UsernameTaken => Self::username_taken(),
            RegisterError::Fault(fault) => fault.into(),
        }
    }
}

impl From<registration::invite::InviteError> for Problem {
    fn from(error: registration::invite::InviteError) -> Self {
        match error {
            registration::invite::InviteError::NotAllowed
            | registration::invite::InviteError::QuotaUsedUp => Self::no_permission(),
            registration::invite::InviteError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RemoveError> for Problem {
    fn from(error: RemoveError) -> Self {
        match error {
            // There is no unused one of this token any more; the list says who used it.
            RemoveError::NotFound | RemoveError::TooLate => Self::user_invite_not_found(),
            RemoveError::NotAllowed => Self::no_permission(),
            RemoveError::Fault(fault) => fault.into(),
        }
    }
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::ChannelNotFound => Self::channel_not_found(),
            JoinError::AlreadyMember => Self::user_already_in_channel(),
            JoinError::InvitationNotFound => Self::channel_invite_not_found(),
            JoinError::InvalidInvitation => Self::invalid_channel_invite(),
            JoinError::NotPublic => Self::no_permission(),
            JoinError::Fault(fault) => fault.into(),
        }
    }
}

impl From<channel::invite::InviteError> for Problem {
    fn from(error: channel::invite::InviteError) -> Self {
        use channel::invite::InviteError;
        match error {
            InviteError::ChannelNotFound => Self::channel_not_found(),
            InviteError::NotAllowed | InviteError::TakesNone => Self::no_permission(),
            InviteError::UserNotFound => Self::user_not_found(),
            InviteError::AlreadyMember => Self::user_already_in_channel(),
            InviteError::AlreadyInvited => Self::user_already_invited(),
            InviteError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ListError> for Problem {
    fn from(error: ListError) -> Self {
        match error {
            ListError::ChannelNotFound => Self::channel_not_found(),
            ListError::NotAllowed => Self::no_permission(),
            ListError::Fault(fault) => fault.into(),
        }
    }
}

/// The document names another problem for an unknown id on one of the three paths.
pub(crate) fn end(error: EndError, unknown: Problem) -> Problem {
    match error {
        EndError::NotFound => unknown,
        EndError::NotAllowed => Problem::no_permission(),
        EndError::Fault(fault) => fault.into(),
    }
}
