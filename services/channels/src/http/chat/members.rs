//! Members of a channel.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::auth::SignedIn;
use latchkey_common::page;
use latchkey_common::wire::chat::{ChatJson, ChatQuery};

use super::dto;
use super::errors::ChatError;
use crate::app::App;
use crate::app::leave_channel::leave_channel;
use crate::app::list_members::list_members;
use crate::app::remove_members::remove_members;

pub(crate) async fn list(
    app: Data<App>,
    SignedIn(me): SignedIn,
    ChatQuery(query): ChatQuery<dto::MembersOf>,
    req: HttpRequest,
) -> Result<HttpResponse, ChatError> {
    let found = list_members(&app, me.user, query.channel_id, query.page).await?;
    let body = dto::Users {
        users: found.items.into_iter().map(Into::into).collect(),
    };
    Ok(page::answer(&req, found.next, &body))
}

pub(crate) async fn leave(
    app: Data<App>,
    SignedIn(me): SignedIn,
    ChatJson(body): ChatJson<dto::Leave>,
) -> Result<HttpResponse, ChatError> {
    leave_channel(&app, me.user, body.channel_id, body.new_owner).await?;
    Ok(HttpResponse::Ok().finish())
}

pub(crate) async fn remove(
    app: Data<App>,
    SignedIn(me): SignedIn,
    ChatJson(body): ChatJson<dto::Remove>,
) -> Result<HttpResponse, ChatError> {
    remove_members(&app, me.user, body.channel_id, body.to_remove).await?;
    Ok(HttpResponse::Ok().finish())
}
