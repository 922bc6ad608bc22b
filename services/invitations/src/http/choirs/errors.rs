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

fn not_listed() -> ChoirError {
    ChoirError::forbidden("You are not on the list of those who may make keys")
}

pub(super) fn create_key(error: CreateKeyError) -> ChoirError {
    match error {
        CreateKeyError::NotAllowed => not_listed(),
        CreateKeyError::TooMany => {
            ChoirError::forbidden("You have as many keys as one may have; delete one first")
        }
        CreateKeyError::Fault(fault) => fault.into(),
    }
}

pub(super) fn list_keys(error: ListKeysError) -> ChoirError {
    match error {
        ListKeysError::NotAllowed => not_listed(),
        ListKeysError::Fault(fault) => fault.into(),
    }
}

pub(super) fn revoke_key(error: RevokeKeyError) -> ChoirError {
    match error {
        RevokeKeyError::NotAllowed => not_listed(),
        RevokeKeyError::NotFound => ChoirError::key_not_found(),
        RevokeKeyError::Fault(fault) => fault.into(),
    }
}
