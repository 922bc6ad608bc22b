//! Messages and read marks.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::fault::Fault;
use latchkey_common::page;
use latchkey_common::server::Edge;
use latchkey_contracts::chat::once::{Created, Done};
use latchkey_contracts::chat::{Json, Key, Keyed, Problem, Query, SignedIn};

use super::dto;
use crate::app::App;
use crate::app::load_messages::load_messages;
use crate::app::mark_read::mark_read;
use crate::app::send_message::send_message;
use crate::domain::message::Window;

/// Messages of one channel that one call loads, by contract: more are never answered, and so many
/// are when the client names no limit.
const MOST: i64 = 100;

pub(crate) async fn create(
    app: Data<App>,
    edge: Data<Edge>,
    me: SignedIn,
    body: Keyed<dto::Send>,
) -> Result<HttpResponse, Problem> {
    edge.limits().check("message", me.user)?;
    let once = Created::<dto::MessageShape>::once(me.user, body.key);
    let channel = body.value.channel_id;
    let said = body.value.said_by(me.0)?;
    Created::<dto::MessageShape>::answer(send_message(&app, channel, said, once).await?)
}

pub(crate) async fn load(
    app: Data<App>,
    me: SignedIn,
    body: Json<dto::Load>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let windows = body.0.load.into_iter().map(window);
    let windows = windows.collect::<Result<_, _>>()?;
    let loaded = load_messages(&app, me.user, windows).await?;
    let results = loaded.channels.into_iter().map(Into::into).collect();
    let body = dto::Results { results };
    Ok(page::answer_asked(&req, loaded.is_cut, &body))
}

pub(crate) async fn read(
    app: Data<App>,
    me: SignedIn,
    query: Query<dto::MarkRead>,
    key: Key,
) -> Result<HttpResponse, Problem> {
    let once = Done::once(me.user, key.0);
    Done::answer(mark_read(&app, me.user, query.channel_id, query.message_id, once).await?)
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
