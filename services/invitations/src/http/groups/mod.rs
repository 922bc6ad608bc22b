//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod dto;
mod errors;
pub(crate) mod invites;
pub(crate) mod members;
pub(crate) mod own;

use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, ResponseError as _};
use latchkey_common::server::{Dialect, Refusal, is_below};
use latchkey_contracts::groups::DOCUMENT;
use latchkey_contracts::groups::GroupError;

/// What the edge refuses, in Portuguese.
pub(crate) const DIALECT: Dialect = Dialect {
    owns: |path| {
        ["/invite", "/group", "/member"]
            .iter()
            .any(|root| is_below(path, root))
    },
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

/// The contract's document.
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(DOCUMENT)
}
