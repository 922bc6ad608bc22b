//! What this contract answers to each outcome.

use latchkey_contracts::namespaces::FieldsError;

use crate::app::namespace::create::CreateError;
use crate::app::namespace::edit::EditError;
use crate::app::namespace::find::NamespaceError;
use crate::app::namespace::invite::InviteError;

impl From<NamespaceError> for FieldsError {
    fn from(error: NamespaceError) -> Self {
        match error {
            NamespaceError::NotFound => Self::NotFound,
            NamespaceError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CreateError> for FieldsError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Invalid(list) => {
                Self::fields(list.into_iter().map(|one| (one.field, one.sentence)))
            }
            CreateError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EditError> for FieldsError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::NotFound => Self::NotFound,
            EditError::Invalid(one) => Self::field(one.field, one.sentence),
            EditError::Fault(fault) => fault.into(),
        }
    }
}

impl From<InviteError> for FieldsError {
    fn from(error: InviteError) -> Self {
        let sentence = match error {
            InviteError::UserNotFound => "There is no such user.",
            InviteError::Oneself => "You cannot invite yourself.",
            InviteError::AlreadyIn => "This user is a collaborator already.",
            InviteError::TakesNone => "This user takes no invitations from you or from strangers.",
            InviteError::AlreadyInvited => "This user is invited already.",
            InviteError::NamespaceNotFound => return Self::NotFound,
            InviteError::Fault(fault) => return fault.into(),
        };
        Self::field("handle", sentence)
    }
}
