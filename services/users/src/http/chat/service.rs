//! What says something about the server itself.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;

use super::dto;

/// The contract's description, as committed.
const OPENAPI: &str = include_str!("../../../openapi/chat.json");

pub(crate) async fn status() -> HttpResponse {
    HttpResponse::Ok().json(dto::Status { status: "ok" })
}

pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .body(OPENAPI)
}
