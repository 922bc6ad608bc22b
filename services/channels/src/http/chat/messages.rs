//! Messages and read marks.

use actix_web::HttpResponse;
use actix_web::web::Data;
use latchkey_common::fault::Fault;
use latchkey_contracts::chat::{Json, Problem, Query, SignedIn};

use super::dto;
use crate::app::App;
use crate::app::load_messages::{load_messages, turn};
use crate::app::mark_read::mark_read;
use crate::app::send_message::send_message;
use crate::domain::message::Window;

/// Messages of one channel that one call loads, by contract: more are never answered, and so many
/// are when the client names no limit.
const MOST: i64 = 100;

pub(crate) async fn create(
    app: Data<App>,
    me: SignedIn,
    body: Json<dto::Send>,
) -> Result<HttpResponse, Problem> {
    let channel = body.channel_id;
    let said = body.0.said_by(me.0)?;
    let message = send_message(&app, channel, said).await?;
    Ok(HttpResponse::Created().json(dto::MessageShape::from(message)))
}

pub(crate) async fn load(
    app: Data<App>,
    me: SignedIn,
    body: Json<dto::Load>,
) -> Result<HttpResponse, Problem> {
    let windows = body.0.load.into_iter().map(window);
    let windows = windows.collect::<Result<_, _>>()?;
    let _turn = turn(&app, me.user).await?;
    let loaded = load_messages(&app, me.user, windows).await?;
    Ok(HttpResponse::Ok().json(dto::Results {
        results: loaded.into_iter().map(Into::into).collect(),
    }))
}

pub(crate) async fn read(
    app: Data<App>,
    me: SignedIn,
    query: Query<dto::MarkRead>,
) -> Result<HttpResponse, Problem> {
    mark_read(&app, me.user, query.channel_id, query.message_id).await?;
    Ok(HttpResponse::Ok().finish())
}

fn window(one: dto::LoadOne) -> Result<Window, Problem> {
    let limit = one.limit.unwrap_or(MOST).min(MOST);
    if limit < 1 {
        return Err(Fault::invalid("A limit must be at least 1.").into());
    }
    Ok(Window {
        channel: one.channel_id,
        before: one.last_message,
        limit,
        types: one.filter,
    })
}
