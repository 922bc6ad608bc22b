//! What browsers and robots ask every host for.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, HeaderName};
use latchkey_pages::ICON;

/// Who is to come here was given a link, and none of those belongs into a search engine.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";

/// Both change with a release at most.
const KEPT: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=86400");

pub(crate) async fn icon() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("image/x-icon")
        .insert_header(KEPT)
        .body(ICON)
}

pub(crate) async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header(KEPT)
        .body(ROBOTS)
}
