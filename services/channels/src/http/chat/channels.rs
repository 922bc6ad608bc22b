//! Channels themselves.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use latchkey_common::page::{self, Page};
use latchkey_common::server::Edge;
use latchkey_contracts::chat::once::{Created, Done};
use latchkey_contracts::chat::{Keyed, Problem, Query, SignedIn, UserChannel};

use super::dto;
use super::person;
use crate::app::App;
use crate::app::channel_info::channel_info;
use crate::app::create_channel::create_channel;
use crate::app::list_channels::list_channels;
use crate::app::rename_channel::rename_channel;
use crate::app::search_channels::search_channels;
use crate::domain::channel::{ChannelName, NewChannel};

pub(crate) async fn list(
    app: Data<App>,
    me: SignedIn,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let found = list_channels(&app, me.user, *page).await?;
    let body = dto::Channels {
        channels: found.items.into_iter().map(UserChannel::from).collect(),
    };
    Ok(page::answer(&req, found.next, &body))
}

pub(crate) async fn create(
    app: Data<App>,
    edge: Data<Edge>,
    me: SignedIn,
    body: Keyed<dto::Create>,
) -> Result<HttpResponse, Problem> {
    edge.limits().check("channel", me.user)?;
    let new = NewChannel {
        name: name(&body.value.channel_name)?,
        channel_type: body.value.channel_type,
    };
    let once = Created::<UserChannel>::once(me.user, body.key);
    Created::<UserChannel>::answer(create_channel(&app, person(me.0), new, once).await?)
}

pub(crate) async fn info(
    app: Data<App>,
    me: SignedIn,
    query: Query<dto::OfChannel>,
) -> Result<HttpResponse, Problem> {
    let membership = channel_info(&app, me.user, query.channel_id).await?;
    Ok(HttpResponse::Ok().json(UserChannel::from(membership)))
}

pub(crate) async fn rename(
    app: Data<App>,
    edge: Data<Edge>,
    me: SignedIn,
    body: Keyed<dto::Rename>,
) -> Result<HttpResponse, Problem> {
    edge.limits().check("channel", me.user)?;
    let Keyed { value, key, .. } = body;
    let (name, once) = (name(&value.name)?, Done::once(me.user, key));
    Done::answer(rename_channel(&app, me.user, value.channel_id, name, once).await?)
}

pub(crate) async fn search(
    app: Data<App>,
    edge: Data<Edge>,
    me: SignedIn,
    query: Query<dto::Search>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    edge.limits().check("search", me.user)?;
    let found = search_channels(&app, me.user, &query.keyword, query.page).await?;
    let body = dto::Hits {
        results: found.items.into_iter().map(Into::into).collect(),
    };
    Ok(page::answer(&req, found.next, &body))
}

fn name(text: &str) -> Result<ChannelName, Problem> {
    ChannelName::parse(text).ok_or_else(|| Problem::invalid_channel_name(text))
}
