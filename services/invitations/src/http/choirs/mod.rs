//! The choir contract: checking and making invitations behind an API key, and the page on which
//! people make such keys.

mod dto;
mod errors;
pub(crate) mod invitations;
mod key_holder;
pub(crate) mod keys;
mod keys_page;
mod sent;

use actix_web::HttpResponse;
use actix_web::Route;
use actix_web::web;
use latchkey_common::wire::choir::ChoirError;

const OPENAPI: &str = include_str!("../../../openapi/choirs.json");

/// `GET /openapi/choirs.json`
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(OPENAPI)
}

/// What answers the methods that a path does not have, in this contract's shape.
pub(crate) fn only(allow: &'static str) -> Route {
    web::route()
        .to(move || async move { Err::<HttpResponse, _>(ChoirError::method_not_allowed(allow)) })
}
