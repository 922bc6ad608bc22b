//! What this contract answers to each outcome.

use crate::app::channel::end_invitations::EndError;
use crate::app::channel::join::JoinError;
use crate::app::channel::list_invitations::ListError;
use crate::app::registration::register::RegisterError;
use crate::app::registration::remove_invitations::RemoveError;
use crate::app::{channel, registration};
use latchkey_contracts::chat::Problem;

pub(crate) fn register(error: RegisterError) -> Problem {
    match error {
        RegisterError::InvalidUsername => Problem::invalid_username(),
        RegisterError::InsecurePassword => Problem::insecure_password(),
        RegisterError::InvalidInvitation => Problem::invalid_user_invite(),
        RegisterError::UsernameTaken => Problem::username_taken(),
        RegisterError::Fault(fault) => fault.into(),
    }
}

pub(crate) fn invite_to_register(error: registration::invite::InviteError) -> Problem {
    match error {
        registration::invite::InviteError::NotAllowed => Problem::no_permission(),
        registration::invite::InviteError::Fault(fault) => fault.into(),
    }
}

pub(crate) fn remove(error: RemoveError) -> Problem {
    match error {
        RemoveError::NotFound => Problem::user_invite_not_found(),
        RemoveError::NotAllowed => Problem::no_permission(),
        RemoveError::Fault(fault) => fault.into(),
    }
}

pub(crate) fn join(error: JoinError) -> Problem {
    match error {
        JoinError::ChannelNotFound => Problem::channel_not_found(),
        JoinError::AlreadyMember => Problem::user_already_in_channel(),
        JoinError::InvitationNotFound => Problem::channel_invite_not_found(),
        JoinError::InvalidInvitation => Problem::invalid_channel_invite(),
        JoinError::NotPublic => Problem::no_permission(),
        JoinError::Fault(fault) => fault.into(),
    }
}

pub(crate) fn invite_to_channel(error: channel::invite::InviteError) -> Problem {
    use channel::invite::InviteError;
    match error {
        InviteError::ChannelNotFound => Problem::channel_not_found(),
        InviteError::NotAllowed => Problem::no_permission(),
        InviteError::UserNotFound => Problem::user_not_found(),
        InviteError::AlreadyMember => Problem::user_already_in_channel(),
        InviteError::AlreadyInvited => Problem::user_already_invited(),
        InviteError::Fault(fault) => fault.into(),
    }
}

pub(crate) fn list(error: ListError) -> Problem {
    match error {
        ListError::ChannelNotFound => Problem::channel_not_found(),
        ListError::NotAllowed => Problem::no_permission(),
        ListError::Fault(fault) => fault.into(),
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
