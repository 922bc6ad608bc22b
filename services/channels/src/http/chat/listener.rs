//! Live events as server-sent events.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::server::HangUp;
use latchkey_contracts::chat::{Problem, SignedIn};

use super::events;
use crate::app::App;
use crate::app::open_stream::open_stream;

/// What a client sends that comes back: the `id` of the last event that it has seen.
const LAST_EVENT_ID: &str = "Last-Event-ID";

pub(crate) async fn listen(
    app: Data<App>,
    me: SignedIn,
    hang_up: HangUp,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    // A value that is no text names no event that ever was.
    let last_seen = req
        .headers()
        .get(LAST_EVENT_ID)
        .map(|value| value.to_str().unwrap_or("?"));
    let stream = open_stream(&app, &me, events::CHAT, last_seen, hang_up).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header(("X-Accel-Buffering", "no"))
        // Whoever is cut off or logged out keeps no connection.
        .force_close()
        .streaming(stream.into_body()))
}
