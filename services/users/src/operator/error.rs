//! What the operator is told when a call did nothing.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::fault::Fault;
use serde::{Deserialize, Serialize};

use crate::app::create_user::CreateUserError;
use crate::app::lock_user::LockUserError;
use crate::app::set_email::SetEmailError;
use crate::app::set_password::SetPasswordError;
use crate::app::set_super_user::SetSuperUserError;

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A sentence for a person.
    pub error: String,
}

/// A refusal and its status: 400 bad input, 404 no such user, 409 a rule, 503 try again, 500 a bug.
#[derive(Debug)]
pub struct OperatorError {
    status: StatusCode,
    sentence: Cow<'static, str>,
}

impl OperatorError {
    pub(super) fn invalid(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            sentence: sentence.into(),
        }
    }

    pub(super) const fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            sentence: Cow::Borrowed("no such user"),
        }
    }

    fn conflict(refusal: &impl fmt::Display) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            sentence: refusal.to_string().into(),
        }
    }
}

impl fmt::Display for OperatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl ResponseError for OperatorError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status).json(Refusal {
            error: self.sentence.clone().into_owned(),
        })
    }
}

impl From<Fault> for OperatorError {
    fn from(fault: Fault) -> Self {
        let status = match &fault {
            Fault::Unauthenticated => StatusCode::UNAUTHORIZED,
            Fault::Invalid(_) => StatusCode::BAD_REQUEST,
            Fault::Busy { .. } => StatusCode::TOO_MANY_REQUESTS,
            Fault::Unavailable { what, source } => {
                tracing::warn!(what, ?source, "unavailable");
                StatusCode::SERVICE_UNAVAILABLE
            }
            Fault::Internal(source) => {
                tracing::error!(%source, "internal error");
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        // The operator owns the machine and may read what went wrong.
        Self {
            status,
            sentence: fault.to_string().into(),
        }
    }
}

impl From<CreateUserError> for OperatorError {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::UsernameTaken | CreateUserError::EmailTaken => Self::conflict(&error),
            CreateUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetSuperUserError> for OperatorError {
    fn from(error: SetSuperUserError) -> Self {
        match error {
            SetSuperUserError::NotFound => Self::not_found(),
            SetSuperUserError::LastSuperUser => Self::conflict(&error),
            SetSuperUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetEmailError> for OperatorError {
    fn from(error: SetEmailError) -> Self {
        match error {
            SetEmailError::NotFound => Self::not_found(),
            SetEmailError::EmailTaken => Self::conflict(&error),
            SetEmailError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetPasswordError> for OperatorError {
    fn from(error: SetPasswordError) -> Self {
        match error {
            SetPasswordError::NotFound => Self::not_found(),
            SetPasswordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LockUserError> for OperatorError {
    fn from(error: LockUserError) -> Self {
        match error {
            LockUserError::NotFound => Self::not_found(),
            LockUserError::LastSuperUser => Self::conflict(&error),
            LockUserError::Fault(fault) => fault.into(),
        }
    }
}
