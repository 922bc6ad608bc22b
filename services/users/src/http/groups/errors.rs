//! What the group contract answers to the refusals of this service.

use latchkey_contracts::groups::GroupError;

use crate::app::session::log_in::LogInError;
use crate::app::token::issue_token::IssueTokenError;

impl From<LogInError> for GroupError {
    fn from(error: LogInError) -> Self {
        match error {
            LogInError::InvalidCredentials => Self::wrong_login(),
            LogInError::Fault(fault) => fault.into(),
        }
    }
}

/// A locked account was locked just now.
impl From<IssueTokenError> for GroupError {
    fn from(error: IssueTokenError) -> Self {
        match error {
            IssueTokenError::Locked => Self::wrong_login(),
            IssueTokenError::Fault(fault) => fault.into(),
        }
    }
}
