//! What the chat contract answers to the refusals of this service.

use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_contracts::chat::Problem;

use crate::app::account::change_password::ChangePasswordError;
use crate::app::session::log_in::LogInError;
use crate::app::token::create_api_token::CreateApiTokenError;
use crate::app::token::issue_token::IssueTokenError;
use crate::domain::weakness::Weakness;

impl From<LogInError> for Problem {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::InvalidCredentials => Self::invalid_credentials(),
            LogInError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangePasswordError> for Problem {
    fn from(error: ChangePasswordError) -> Self {
        match error {
            ChangePasswordError::InvalidCredentials => Self::invalid_credentials(),
            ChangePasswordError::Weak(Weakness::Common) => Self::common_password(),
            ChangePasswordError::Weak(Weakness::IsName) => Self::name_as_password(),
            ChangePasswordError::Fault(fault) => fault.into(),
        }
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

/// A locked account has no session that could ask: it was locked just now.
impl From<CreateApiTokenError> for Problem {
    fn from(error: CreateApiTokenError) -> Self {
        match error {
            CreateApiTokenError::Locked => Fault::Unauthenticated.into(),
            CreateApiTokenError::TooMany => Self::new(
                StatusCode::CONFLICT,
                "too-many-api-tokens",
                "Too many API tokens",
                "You have as many API tokens as one may have; revoke one first.",
            ),
            CreateApiTokenError::Stale => Self::new(
                StatusCode::FORBIDDEN,
                "fresh-login-required",
                "Sign in again",
                "Your login was too long ago to make an API token: sign in again, or send your password as well.",
            ),
            CreateApiTokenError::InvalidCredentials => Self::invalid_credentials(),
            CreateApiTokenError::Fault(fault) => fault.into(),
        }
    }
}

impl From<IssueTokenError> for Problem {
    fn from(error: IssueTokenError) -> Self {
        match error {
            IssueTokenError::Locked => Fault::Unauthenticated.into(),
            IssueTokenError::Fault(fault) => fault.into(),
        }
    }
}

/// Ours beside the document.
pub(crate) const fn api_token_not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "api-token-not-found",
        "API token not found",
        "No API token of yours has the given id.",
    )
}
