//! `POST /c/{id}/join`: coming into a public channel.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use latchkey_common::server::Edge;
use latchkey_peers::channels::{ChannelId, JoinError, JoinPublic};

use super::guest::{Guest, see_other};
use super::{channel, path, refused};
use crate::app::App;
use crate::app::join_public::join_public;

pub(crate) async fn join(
    app: Data<App>,
    edge: Data<Edge>,
    guest: Guest,
    id: Path<String>,
) -> HttpResponse {
    let channel = channel(&id);
    match try_join(&app, &edge, &guest, channel).await {
        // Whoever is in already wanted just that. A form has no key to be used twice.
        Ok(()) | Err(JoinError::AlreadyMember | JoinError::OtherCall) => see_other(&path(channel)),
        Err(JoinError::ChannelNotFound) => refused::no_channel(&guest.visitor),
        Err(JoinError::NotPublic) => refused::shut(&guest.visitor),
        Err(JoinError::Fault(fault)) => refused::trouble(&guest.visitor, fault),
    }
}

async fn try_join(
    app: &App,
    edge: &Edge,
    guest: &Guest,
    channel: ChannelId,
) -> Result<(), JoinError> {
    edge.limits().check("channel", guest.me.user)?;
    let ask = JoinPublic {
        channel,
        user: guest.me.user,
        username: guest.me.username.clone(),
        call: None,
    };
    join_public(app, ask).await.map(drop)
}
