//! The group contract: groups, their members, and requests to come in, in Portuguese.

mod dto;
mod errors;
pub(crate) mod invites;
pub(crate) mod members;
pub(crate) mod own;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_TYPE;

/// The contract's document.
pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(include_str!("../../../openapi/group-join-requests.json"))
}
