//! `/api/channel/invite`, `/api/channel/invites` and `/api/user/channel/invites`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::{self, Page, Paged};
use latchkey_contracts::chat::once::{Created, Done};
use latchkey_contracts::chat::{Keyed, Problem, Query, SignedIn};

use super::{dto, errors};
use crate::app::App;
use crate::app::channel::end_invitations::end_channel_invitations;
use crate::app::channel::invite::{ChannelOffer, invite_to_channel};
use crate::app::channel::list_invitations::{
    ChannelInvitationView, list_into_channel, list_received,
};

pub(crate) async fn create(
    app: web::Data<App>,
    caller: SignedIn,
    body: Keyed<dto::InviteToChannel>,
) -> Result<HttpResponse, Problem> {
    let Keyed { value, key, .. } = body;
    let offer = ChannelOffer {
        sender: caller.user,
        channel: value.channel_id,
        recipient: value.username,
        permissions: value.invite_perms.into(),
    };
    let once = Created::<dto::CreatedInvite>::once(caller.user, key);
    Created::<dto::CreatedInvite>::answer(invite_to_channel(&app, offer, once).await?)
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: SignedIn,
    query: Query<dto::OfChannel>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let open = list_into_channel(&app, caller.user, query.channel_id, &query.page).await?;
    Ok(answer(&req, open))
}

pub(crate) async fn list_mine(
    app: web::Data<App>,
    caller: SignedIn,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    Ok(answer(&req, list_received(&app, caller.user, &page).await?))
}

fn answer(req: &HttpRequest, open: Paged<ChannelInvitationView>) -> HttpResponse {
    let invites = open
        .items
        .into_iter()
        .map(dto::ChannelInvite::from)
        .collect();
    page::answer(req, open.next, &dto::Invites { invites })
}

pub(crate) async fn remove(
    app: web::Data<App>,
    signed_in: SignedIn,
    list: Keyed<dto::RemoveIds>,
) -> Result<HttpResponse, Problem> {
    end(&app, signed_in, list, Problem::channel_invite_not_found()).await
}

pub(crate) async fn remove_mine(
    app: web::Data<App>,
    signed_in: SignedIn,
    list: Keyed<dto::RemoveIds>,
) -> Result<HttpResponse, Problem> {
    end(&app, signed_in, list, Problem::user_invite_not_found()).await
}

pub(crate) async fn clear_mine(
    app: web::Data<App>,
    signed_in: SignedIn,
    list: Keyed<dto::RemoveIds>,
) -> Result<HttpResponse, Problem> {
    end(&app, signed_in, list, Problem::channel_invite_not_found()).await
}

async fn end(
    app: &App,
    caller: SignedIn,
    list: Keyed<dto::RemoveIds>,
    unknown: Problem,
) -> Result<HttpResponse, Problem> {
    let once = Done::once(caller.user, list.key);
    let ended = end_channel_invitations(app, caller.user, list.value.to_remove, once).await;
    Done::answer(ended.map_err(|error| error.map(|error| errors::end(error, unknown)))?)
}
