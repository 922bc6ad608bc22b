//! The choir contract: checking and making invitations behind an API key, and the page on which
//! people make such keys.

mod dto;
mod errors;
pub(crate) mod invitations;
mod key_holder;
pub(crate) mod keys;
mod keys_page;
mod sent;

use actix_web::{HttpResponse, ResponseError as _};
use latchkey_common::server::{Dialect, Refusal, is_below};
use latchkey_contracts::choirs::ChoirError;
use latchkey_contracts::choirs::DOCUMENT;

/// What the edge refuses, in this contract's shape.
pub(crate) const DIALECT: Dialect = Dialect {
    owns: |path| {
        ["/check", "/create", "/keys"]
            .iter()
            .any(|root| is_below(path, root))
    },
    guards_strangers: false,
    refuse: |_, refusal| {
        let error = match refusal {
            Refusal::ForeignPage => ChoirError::forbidden("A page of another site may not do this"),
            Refusal::NoSuchPath => ChoirError::no_such_path(),
            Refusal::WrongMethod => ChoirError::method_not_allowed(),
            Refusal::Trouble(fault) => fault.into(),
        };
        error.error_response()
    },
};

/// `GET /openapi/choirs.json`
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(DOCUMENT)
}
