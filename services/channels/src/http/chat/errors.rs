//! What the chat contract answers to each refusal. Exhaustive, so that a new one asks to be
//! answered.

use actix_web::http::StatusCode;
use latchkey_contracts::chat::Problem;

use crate::app::channel_info::LookError;
use crate::app::create_channel::CreateChannelError;
use crate::app::leave_channel::LeaveError;
use crate::app::load_messages::LoadError;
use crate::app::mark_read::MarkError;
use crate::app::remove_members::RemoveError;
use crate::app::rename_channel::RenameError;
use crate::app::send_message::SendError;

impl From<CreateChannelError> for Problem {
    fn from(error: CreateChannelError) -> Self {
        match error {
            CreateChannelError::NameTaken => Self::channel_name_taken(),
            CreateChannelError::TooMany => Self::new(
                StatusCode::CONFLICT,
                "too-many-channels",
                "Too many channels",
                "You own as many channels as one person may; hand one over or close one first.",
            ),
            CreateChannelError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LookError> for Problem {
    fn from(error: LookError) -> Self {
        match error {
            LookError::ChannelNotFound => Self::channel_not_found(),
            LookError::NotMember => Self::no_permission(),
            LookError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RenameError> for Problem {
    fn from(error: RenameError) -> Self {
        match error {
            RenameError::ChannelNotFound => Self::channel_not_found(),
            RenameError::NoPermission => Self::no_permission(),
            RenameError::NameTaken => Self::channel_name_taken(),
            RenameError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LeaveError> for Problem {
    fn from(error: LeaveError) -> Self {
        match error {
            LeaveError::ChannelNotFound => Self::channel_not_found(),
            LeaveError::NotMember => Self::user_not_in_channel(),
            LeaveError::HeirNeeded => Self::select_new_owner(),
            LeaveError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RemoveError> for Problem {
    fn from(error: RemoveError) -> Self {
        match error {
            RemoveError::ChannelNotFound => Self::channel_not_found(),
            RemoveError::Oneself => Self::cant_self_remove(),
            RemoveError::NoPermission => Self::no_permission(),
            RemoveError::NotMember => Self::user_not_in_channel(),
            RemoveError::Owner => Self::cant_remove_owner(),
            RemoveError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SendError> for Problem {
    fn from(error: SendError) -> Self {
        match error {
            SendError::ChannelNotFound => Self::channel_not_found(),
            SendError::NoPermission => Self::no_permission(),
            SendError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LoadError> for Problem {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::ChannelNotFound => Self::channel_not_found(),
            LoadError::NotMember => Self::no_permission(),
            LoadError::Fault(fault) => fault.into(),
        }
    }
}

impl From<MarkError> for Problem {
    fn from(error: MarkError) -> Self {
        match error {
            MarkError::ChannelNotFound => Self::channel_not_found(),
            MarkError::NotMember => Self::user_not_in_channel(),
            MarkError::MessageNotFound => Self::invalid_message_id(),
            MarkError::Fault(fault) => fault.into(),
        }
    }
}
