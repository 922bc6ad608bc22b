//! What says something about the server itself.

use actix_web::HttpResponse;

use super::dto;

pub(crate) async fn status() -> HttpResponse {
    HttpResponse::Ok().json(dto::Status { status: "ok" })
}
