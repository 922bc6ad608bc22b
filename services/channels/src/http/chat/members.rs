//! Members of a channel.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::page;
use latchkey_contracts::chat::{Json, Problem, Query, SignedIn};

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
    body: Json<dto::Leave>,
) -> Result<HttpResponse, Problem> {
    leave_channel(&app, me.user, body.channel_id, body.new_owner).await?;
    Ok(HttpResponse::Ok().finish())
}

pub(crate) async fn remove(
    app: Data<App>,
    me: SignedIn,
    body: Json<dto::Remove>,
) -> Result<HttpResponse, Problem> {
    remove_members(&app, me.user, body.channel_id, body.0.to_remove).await?;
    Ok(HttpResponse::Ok().finish())
}
