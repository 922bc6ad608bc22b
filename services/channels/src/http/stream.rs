//! Live events as server-sent events, in whichever contract's words.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse};

use crate::live::LiveStream;

/// What a client sends that comes back: the `id` of the last event that it has seen.
const LAST_EVENT_ID: &str = "Last-Event-ID";

/// What the client has seen last. A value that is no text names no event that ever was.
pub(super) fn last_seen(req: &HttpRequest) -> Option<&str> {
    let header = req.headers().get(LAST_EVENT_ID)?;
    Some(header.to_str().unwrap_or("?"))
}

/// The answer, which goes on for as long as somebody listens.
pub(super) fn answer(stream: LiveStream) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        // Whoever is cut off or logged out keeps no connection.
        .force_close()
        .streaming(stream.into_body())
}
