//! What the chat contract answers to each refusal. Exhaustive, so that a new one asks to be
//! answered.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::fault::Fault;
use latchkey_contracts::chat::Problem;

use crate::app::channel_info::LookError;
use crate::app::create_channel::CreateChannelError;
use crate::app::leave_channel::LeaveError;
use crate::app::load_messages::LoadError;
use crate::app::mark_read::MarkError;
use crate::app::remove_members::RemoveError;
use crate::app::rename_channel::RenameError;
use crate::app::send_message::SendError;

/// A refusal as the contract shows it.
#[derive(Debug)]
pub(crate) struct ChatError(Problem);

impl std::fmt::Display for ChatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for ChatError {
    fn status_code(&self) -> StatusCode {
        self.0.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        self.0.error_response()
    }
}

impl From<Problem> for ChatError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Fault> for ChatError {
    fn from(fault: Fault) -> Self {
        Self(fault.into())
    }
}

impl From<CreateChannelError> for ChatError {
    fn from(error: CreateChannelError) -> Self {
        Self(match error {
            CreateChannelError::NameTaken => Problem::channel_name_taken(),
            CreateChannelError::Fault(fault) => fault.into(),
        })
    }
}

impl From<LookError> for ChatError {
    fn from(error: LookError) -> Self {
        Self(match error {
            LookError::ChannelNotFound => Problem::channel_not_found(),
            LookError::NotMember => Problem::no_permission(),
            LookError::Fault(fault) => fault.into(),
        })
    }
}

impl From<RenameError> for ChatError {
    fn from(error: RenameError) -> Self {
        Self(match error {
            RenameError::ChannelNotFound => Problem::channel_not_found(),
            RenameError::NoPermission => Problem::no_permission(),
            RenameError::NameTaken => Problem::channel_name_taken(),
            RenameError::Fault(fault) => fault.into(),
        })
    }
}

impl From<LeaveError> for ChatError {
    fn from(error: LeaveError) -> Self {
        Self(match error {
            LeaveError::ChannelNotFound => Problem::channel_not_found(),
            LeaveError::NotMember => Problem::user_not_in_channel(),
            LeaveError::HeirNeeded => Problem::select_new_owner(),
            LeaveError::Fault(fault) => fault.into(),
        })
    }
}

impl From<RemoveError> for ChatError {
    fn from(error: RemoveError) -> Self {
        Self(match error {
            RemoveError::ChannelNotFound => Problem::channel_not_found(),
            RemoveError::Oneself => Problem::cant_self_remove(),
            RemoveError::NoPermission => Problem::no_permission(),
            RemoveError::NotMember => Problem::user_not_in_channel(),
            RemoveError::Owner => Problem::cant_remove_owner(),
            RemoveError::Fault(fault) => fault.into(),
        })
    }
}

impl From<SendError> for ChatError {
    fn from(error: SendError) -> Self {
        Self(match error {
            SendError::ChannelNotFound => Problem::channel_not_found(),
            SendError::NoPermission => Problem::no_permission(),
            SendError::Fault(fault) => fault.into(),
        })
    }
}

impl From<LoadError> for ChatError {
    fn from(error: LoadError) -> Self {
        Self(match error {
            LoadError::ChannelNotFound => Problem::channel_not_found(),
            LoadError::NotMember => Problem::no_permission(),
            LoadError::Fault(fault) => fault.into(),
        })
    }
}

impl From<MarkError> for ChatError {
    fn from(error: MarkError) -> Self {
        Self(match error {
            MarkError::ChannelNotFound => Problem::channel_not_found(),
            MarkError::NotMember => Problem::user_not_in_channel(),
            MarkError::MessageNotFound => Problem::invalid_message_id(),
            MarkError::Fault(fault) => fault.into(),
        })
    }
}
