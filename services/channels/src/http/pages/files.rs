//! `/assets/…`: what pages load.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::server::{Reader, Refusal};
use latchkey_pages::{assets, refused};

pub(crate) async fn show(path: Path<(String, String)>, req: HttpRequest) -> HttpResponse {
    let (version, name) = path.into_inner();
    let found = assets::answer(&req, &version, &name);
    found.unwrap_or_else(|| refused(&Reader::of(&req), Refusal::NoSuchPath))
}
