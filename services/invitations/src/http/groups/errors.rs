//! What this contract answers to each outcome.

use latchkey_contracts::groups::GroupError;

use crate::app::group::change_join_request::ChangeError;
use crate::app::group::change_membership::MembershipError;
use crate::app::group::create::CreateGroupError;
use crate::app::group::edit::EditGroupError;
use crate::app::group::make_join_request::MakeError;

const GROUP_NOT_FOUND: &str = "Grupo não encontrado.";
const USER_NOT_FOUND: &str = "Usuário não encontrado.";
const INVITE_NOT_FOUND: &str = "Convite não encontrado.";
const MEMBER_NOT_FOUND: &str = "Membro não encontrado.";
const BAD_GROUP: &str =
    "Dados do grupo inválidos: o nome deve ter de 2 a 100 caracteres e não pode conter barras.";
const TOO_MANY: &str =
    "Você já administra o número máximo de grupos; apague um deles antes de criar outro.";
const NAME_TAKEN: &str = "Já existe um grupo com este nome.";

pub(crate) const fn group_not_found() -> GroupError {
    GroupError::not_found(GROUP_NOT_FOUND)
}

pub(crate) const fn user_not_found() -> GroupError {
    GroupError::not_found(USER_NOT_FOUND)
}

pub(crate) const fn invite_not_found() -> GroupError {
    GroupError::not_found(INVITE_NOT_FOUND)
}

impl From<MakeError> for GroupError {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::GroupNotFound => group_not_found(),
            MakeError::UserNotFound => user_not_found(),
            MakeError::NotAllowed => Self::forbidden(
                "Apenas o próprio usuário pode pedir para entrar, e apenas um administrador do grupo \
                 pode convidar.",
            ),
            MakeError::AlreadyMember => Self::conflict("O usuário já é membro deste grupo."),
            MakeError::Closed => Self::conflict("Este grupo não está aceitando novos membros."),
            MakeError::TakesNone => {
                Self::forbidden("Este usuário não aceita convites seus ou de desconhecidos.")
            }
            MakeError::AlreadyAsked => {
                Self::conflict("Já existe um convite pendente entre este usuário e este grupo.")
            }
            MakeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangeError> for GroupError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::NotFound => invite_not_found(),
            ChangeError::NotAllowed => {
                Self::forbidden("Você não tem permissão para alterar este convite.")
            }
            ChangeError::Decided => Self::conflict("Este convite já foi respondido."),
            ChangeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CreateGroupError> for GroupError {
    fn from(error: CreateGroupError) -> Self {
        match error {
            CreateGroupError::Invalid => Self::bad_request(BAD_GROUP),
            CreateGroupError::NameTaken => Self::conflict(NAME_TAKEN),
            CreateGroupError::TooMany => Self::conflict(TOO_MANY),
            CreateGroupError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EditGroupError> for GroupError {
    fn from(error: EditGroupError) -> Self {
        match error {
            EditGroupError::Invalid => Self::bad_request(BAD_GROUP),
            EditGroupError::NotFound => group_not_found(),
            EditGroupError::NotAllowed => {
                Self::forbidden("Apenas administradores podem alterar o grupo.")
            }
            EditGroupError::NameTaken => Self::conflict(NAME_TAKEN),
            EditGroupError::Fault(fault) => fault.into(),
        }
    }
}

impl From<MembershipError> for GroupError {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::NotFound => Self::not_found(MEMBER_NOT_FOUND),
            MembershipError::NotAllowed => {
                Self::forbidden("Apenas administradores do grupo podem fazer isso.")
            }
            MembershipError::LastAdmin => {
                Self::conflict("O grupo precisa de pelo menos um administrador.")
            }
            MembershipError::Fault(fault) => fault.into(),
        }
    }
}
