//! Members of a channel.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::page;
use latchkey_contracts::chat::once::Done;
use latchkey_contracts::chat::{Keyed, Problem, Query, SignedIn};

use super::dto;
use crate::app::App;
use crate::app::leave_channel::leave_channel;
use crate::app::list_members::list_members;
use crate::app::remove_members::remove_members;

pub(crate) async fn list(
    app: Data<App>,
    me: SignedIn,
    query: Query<dto::MembersOf>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let found = list_members(&app, me.user, query.channel_id, query.page).await?;
    let body = dto::Users {
        users: found.items.into_iter().map(Into::into).collect(),
    };
    Ok(page::answer(&req, found.next, &body))
}

pub(crate) async fn leave(
    app: Data<App>,
    me: SignedIn,
    body: Keyed<dto::Leave>,
) -> Result<HttpResponse, Problem> {
    let Keyed { value, key, .. } = body;
    let once = Done::once(me.user, key);
    Done::answer(leave_channel(&app, me.user, value.channel_id, value.new_owner, once).await?)
}

pub(crate) async fn remove(
    app: Data<App>,
    me: SignedIn,
    body: Keyed<dto::Remove>,
) -> Result<HttpResponse, Problem> {
    let Keyed { value, key, .. } = body;
    let once = Done::once(me.user, key);
    Done::answer(remove_members(&app, me.user, value.channel_id, value.to_remove, once).await?)
}
