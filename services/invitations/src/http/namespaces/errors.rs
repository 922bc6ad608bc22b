//! What this contract answers to each outcome.

use latchkey_contracts::namespaces::FieldsError;

use crate::app::namespace::create::CreateError;
use crate::app::namespace::edit::EditError;
use crate::app::namespace::find::NamespaceError;
use crate::app::namespace::invite::InviteError;

pub(super) fn namespace(error: NamespaceError) -> FieldsError {
    match error {
        NamespaceError::NotFound => FieldsError::NotFound,
        NamespaceError::Fault(fault) => fault.into(),
    }
}

pub(super) fn create(error: CreateError) -> FieldsError {
    match error {
        CreateError::Invalid(list) => {
            FieldsError::fields(list.into_iter().map(|one| (one.field, one.sentence)))
        }
        CreateError::Fault(fault) => fault.into(),
    }
}

pub(super) fn edit(error: EditError) -> FieldsError {
    match error {
        EditError::NotFound => FieldsError::NotFound,
        EditError::Invalid(one) => FieldsError::field(one.field, one.sentence),
        EditError::Fault(fault) => fault.into(),
    }
}

pub(super) fn invite(error: InviteError) -> FieldsError {
    let sentence = match error {
        InviteError::UserNotFound => "There is no such user.",
        InviteError::Oneself => "You cannot invite yourself.",
        InviteError::AlreadyIn => "This user is a collaborator already.",
        InviteError::AlreadyInvited => "This user is invited already.",
        InviteError::NamespaceNotFound => return FieldsError::NotFound,
        InviteError::Fault(fault) => return fault.into(),
    };
    FieldsError::field("handle", sentence)
}
