//! `GET /c/{id}/live`: what happens, in pieces of pages. It is the reader's stream: each piece says of which channel it is.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::server::HangUp;
use serde::Deserialize;

use super::guest::Guest;
use super::{channel, refused, told};
use crate::app::App;
use crate::app::channel_info::channel_info;
use crate::app::open_stream::open_stream;
use crate::http::stream::{answer, last_seen};

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    /// How far the page is. What a browser says that comes back counts more.
    after: Option<String>,
}

pub(crate) async fn listen(
    app: Data<App>,
    guest: Guest,
    hang_up: HangUp,
    id: Path<String>,
    asked: Option<Query<Asked>>,
    req: HttpRequest,
) -> HttpResponse {
    let (channel, visitor) = (channel(&id), &guest.visitor);
    if let Err(error) = channel_info(&app, guest.me.user, channel).await {
        return refused::look(visitor, channel, error);
    }
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let last_seen = last_seen(&req).or(asked.after.as_deref());
    let renderer = told::renderer(visitor.language());
    match open_stream(&app, &guest.me, renderer, last_seen, hang_up).await {
        Ok(stream) => answer(stream),
        Err(fault) => refused::trouble(visitor, fault),
    }
}
