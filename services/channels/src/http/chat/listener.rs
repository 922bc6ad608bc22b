//! Live events as server-sent events.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::server::HangUp;
use latchkey_contracts::chat::{Problem, SignedIn};

use super::events;
use crate::app::App;
use crate::app::open_stream::open_stream;
use crate::http::stream::{answer, last_seen};

pub(crate) async fn listen(
    app: Data<App>,
    me: SignedIn,
    hang_up: HangUp,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let stream = open_stream(&app, &me, events::CHAT, last_seen(&req), hang_up).await?;
    Ok(answer(stream))
}
