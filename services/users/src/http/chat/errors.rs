//! What the chat contract answers to the refusals of this service.

use actix_web::http::StatusCode;
use latchkey_common::wire::problem::Problem;

use crate::app::change_password::ChangePasswordError;
use crate::app::log_in::LogInError;

pub(crate) fn log_in(error: LogInError) -> Problem {
    match error {
        LogInError::InvalidCredentials => Problem::invalid_credentials(),
        LogInError::Fault(fault) => fault.into(),
    }
}

pub(crate) fn change_password(error: ChangePasswordError) -> Problem {
    match error {
        ChangePasswordError::InvalidCredentials => Problem::invalid_credentials(),
        ChangePasswordError::Fault(fault) => fault.into(),
    }
}

/// Ours beside the document, which knows no list of sessions.
pub(crate) const fn session_not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "session-not-found",
        "Session not found",
        "No session of yours has the given id.",
    )
}
