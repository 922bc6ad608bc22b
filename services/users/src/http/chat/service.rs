//! What says something about the server itself.

use actix_web::HttpResponse;
use actix_web::http::header::ContentType;
use latchkey_contracts::chat;

use super::dto;

pub(crate) async fn status() -> HttpResponse {
    HttpResponse::Ok().json(dto::Status { status: "ok" })
}

pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(ContentType::json())
        .body(chat::DOCUMENT)
}
