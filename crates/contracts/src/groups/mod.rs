//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod error;

use actix_web::ResponseError as _;
use latchkey_common::server::{Contract, Paths, Refusal, Root};

pub use self::error::{GroupError, GroupJson, GroupJsonOrNothing, GroupPath, GroupQuery};

/// The description, as it is served.
pub const DOCUMENT: &str = include_str!("openapi.json");

/// The contract.
pub static CONTRACT: Contract = Contract {
    name: "group-join-requests",
    document: Some(DOCUMENT),
    paths: Paths::Roots(&[
        Root::Below("/invite"),
        Root::Below("/group"),
        Root::Below("/member"),
    ]),
    guards_strangers: false,
    refuse: |_, refusal| {
        let error = match refusal {
            Refusal::ForeignPage => GroupError::forbidden("Origem não permitida."),
            Refusal::NoSuchPath => GroupError::not_found("Caminho não encontrado."),
            Refusal::WrongMethod => GroupError::method_not_allowed(),
            Refusal::Trouble(fault) => fault.into(),
        };
        error.error_response()
    },
};
