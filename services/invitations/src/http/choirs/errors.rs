//! What this contract answers to each outcome.

use latchkey_contracts::choirs::ChoirError;

use crate::app::choir::check_invitation::CheckError;
use crate::app::choir::create_key::CreateKeyError;
use crate::app::choir::list_keys::ListKeysError;
use crate::app::choir::revoke_key::RevokeKeyError;

/// The id is echoed as it was given.
pub(super) fn check(error: CheckError, id: &str) -> ChoirError {
    match error {
        CheckError::Expired => ChoirError::expired(id),
        CheckError::NotFound => ChoirError::not_found(id),
        CheckError::Fault(fault) => fault.into(),
    }
}

/// As the choir platform's application server takes them.
pub(super) fn find(error: CheckError, id: &str) -> ChoirError {
    match error {
        CheckError::Expired => ChoirError::over(id),
        CheckError::NotFound => ChoirError::unknown(id),
        CheckError::Fault(fault) => fault.into(),
    }
}

fn not_listed() -> ChoirError {
    ChoirError::forbidden("You are not on the list of those who may make keys")
}

impl From<CreateKeyError> for ChoirError {
    fn from(error: CreateKeyError) -> Self {
        match error {
            CreateKeyError::NotAllowed => not_listed(),
            CreateKeyError::TooMany => {
                Self::forbidden("You have as many keys as one may have; delete one first")
            }
            CreateKeyError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ListKeysError> for ChoirError {
    fn from(error: ListKeysError) -> Self {
        match error {
            ListKeysError::NotAllowed => not_listed(),
            ListKeysError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RevokeKeyError> for ChoirError {
    fn from(error: RevokeKeyError) -> Self {
        match error {
            RevokeKeyError::NotAllowed => not_listed(),
            RevokeKeyError::NotFound => Self::key_not_found(),
            RevokeKeyError::Fault(fault) => fault.into(),
        }
    }
}
