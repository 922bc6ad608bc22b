//! Which of the operator's refusals each outcome is.

use latchkey_common::wire::operator::OperatorError;

use crate::app::account::create_user::CreateUserError;
use crate::app::account::delete_account::DeleteAccountError;
use crate::app::account::end_sessions::EndSessionsError;
use crate::app::account::lock::LockUserError;
use crate::app::account::make_reset_link::MakeResetLinkError;
use crate::app::account::set_email::SetEmailError;
use crate::app::account::set_password::SetPasswordError;
use crate::app::account::set_super_user::SetSuperUserError;
use crate::app::token::create_api_token::CreateApiTokenError;
use crate::app::token::issue_token::IssueTokenError;

impl From<CreateUserError> for OperatorError {
    fn from(error: CreateUserError) -> Self {
        match error {
            CreateUserError::UsernameTaken | CreateUserError::EmailTaken => Self::conflict(&error),
            CreateUserError::Weak(weakness) => Self::invalid(weakness.to_string()),
            CreateUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetSuperUserError> for OperatorError {
    fn from(error: SetSuperUserError) -> Self {
        match error {
            SetSuperUserError::NotFound => Self::not_found("user"),
            SetSuperUserError::LastSuperUser => Self::conflict(&error),
            SetSuperUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetEmailError> for OperatorError {
    fn from(error: SetEmailError) -> Self {
        match error {
            SetEmailError::NotFound => Self::not_found("user"),
            SetEmailError::EmailTaken => Self::conflict(&error),
            SetEmailError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetPasswordError> for OperatorError {
    fn from(error: SetPasswordError) -> Self {
        match error {
            SetPasswordError::NotFound => Self::not_found("user"),
            SetPasswordError::Weak(weakness) => Self::invalid(weakness.to_string()),
            SetPasswordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LockUserError> for OperatorError {
    fn from(error: LockUserError) -> Self {
        match error {
            LockUserError::NotFound => Self::not_found("user"),
            LockUserError::LastSuperUser => Self::conflict(&error),
            LockUserError::Fault(fault) => fault.into(),
        }
    }
}

impl From<DeleteAccountError> for OperatorError {
    fn from(error: DeleteAccountError) -> Self {
        match error {
            DeleteAccountError::NotFound => Self::not_found("user"),
            DeleteAccountError::LastSuperUser | DeleteAccountError::InvalidCredentials => {
                Self::conflict(&error)
            }
            DeleteAccountError::Fault(fault) => fault.into(),
        }
    }
}

impl From<MakeResetLinkError> for OperatorError {
    fn from(error: MakeResetLinkError) -> Self {
        match error {
            MakeResetLinkError::NotFound => Self::not_found("user"),
            MakeResetLinkError::Locked => Self::conflict(&error),
            MakeResetLinkError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EndSessionsError> for OperatorError {
    fn from(error: EndSessionsError) -> Self {
        match error {
            EndSessionsError::NotFound => Self::not_found("user"),
            EndSessionsError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CreateApiTokenError> for OperatorError {
    fn from(error: CreateApiTokenError) -> Self {
        match error {
            CreateApiTokenError::Locked
            | CreateApiTokenError::TooMany
            | CreateApiTokenError::Stale
            | CreateApiTokenError::InvalidCredentials => Self::conflict(&error),
            CreateApiTokenError::Fault(fault) => fault.into(),
        }
    }
}

impl From<IssueTokenError> for OperatorError {
    fn from(error: IssueTokenError) -> Self {
        match error {
            IssueTokenError::Locked => Self::conflict(&error),
            IssueTokenError::Fault(fault) => fault.into(),
        }
    }
}
