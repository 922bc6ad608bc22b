//! The forms of a channel's members page: another name, taking somebody out, leaving.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::server::Edge;
use latchkey_contracts::pages::CHANNELS;
use latchkey_peers::channels::ChannelId;
use serde::Deserialize;

use super::guest::{Guest, Sent, see_other};
use super::members::{Wrong, answer};
use super::{again, channel, path, refused};
use crate::app::App;
use crate::app::leave_channel::{LeaveError, leave_channel};
use crate::app::remove_members::{RemoveError, remove_members};
use crate::app::rename_channel::{RenameError, rename_channel};
use crate::domain::channel::ChannelName;

#[derive(Deserialize)]
pub(crate) struct NewName {
    name: String,
    #[serde(default)]
    key: String,
}

#[derive(Deserialize)]
pub(crate) struct Somebody {
    user: i64,
    #[serde(default)]
    key: String,
}

#[derive(Deserialize)]
pub(crate) struct Heir {
    /// Empty or absent: nobody.
    #[serde(default)]
    heir: String,
    #[serde(default)]
    key: String,
}

pub(crate) async fn rename(
    app: Data<App>,
    edge: Data<Edge>,
    guest: Guest,
    id: Path<String>,
    sent: Sent<NewName>,
) -> HttpResponse {
    let (channel, visitor) = (channel(&id), &guest.visitor);
    let Some(sent) = sent.0 else {
        return refused::unreadable(visitor);
    };
    let words = visitor.language().channels();
    let (status, error) = match try_rename(&app, &edge, &guest, channel, &sent).await {
        Ok(true) => return see_other(&format!("{}/members", path(channel))),
        Ok(false) => (StatusCode::BAD_REQUEST, words.name_form),
        Err(RenameError::NameTaken) => (StatusCode::CONFLICT, words.name_taken),
        Err(RenameError::ChannelNotFound) => return refused::no_channel(visitor),
        Err(RenameError::NoPermission) => return refused::may_not(visitor, channel),
        Err(RenameError::Fault(fault)) => return refused::trouble(visitor, fault),
    };
    let wrong = Wrong {
        name: Some((&sent.name, error)),
        ..Wrong::default()
    };
    answer(&app, &guest, (channel, None), status, wrong).await
}

/// False: that is no name.
async fn try_rename(
    app: &App,
    edge: &Edge,
    guest: &Guest,
    channel: ChannelId,
    sent: &NewName,
) -> Result<bool, RenameError> {
    edge.limits().check("channel", guest.me.user)?;
    let Some(name) = ChannelName::parse(&sent.name) else {
        return Ok(false);
    };
    let asked = format!("rename {channel} {}", sent.name);
    let once = again::done(guest.me.user, &sent.key, &asked);
    let renamed = rename_channel(app, guest.me.user, channel, name, once).await;
    renamed.map(|_| true).map_err(again::refusal)
}

pub(crate) async fn remove(
    app: Data<App>,
    guest: Guest,
    id: Path<String>,
    sent: Sent<Somebody>,
) -> HttpResponse {
    let (channel, visitor) = (channel(&id), &guest.visitor);
    let Some(Somebody { user, key }) = sent.0 else {
        return refused::unreadable(visitor);
    };
    let asked = format!("remove {channel} {user}");
    let once = again::done(guest.me.user, &key, &asked);
    let removed = remove_members(&app, guest.me.user, channel, vec![UserId(user)], once).await;
    let words = visitor.language().channels();
    let said = match removed.map(drop).map_err(again::refusal) {
        Ok(()) => return see_other(&format!("{}/members", path(channel))),
        Err(RemoveError::NotMember) => (StatusCode::NOT_FOUND, words.gone),
        Err(RemoveError::Oneself | RemoveError::Owner) => (StatusCode::CONFLICT, words.remove_not),
        Err(RemoveError::ChannelNotFound) => return refused::no_channel(visitor),
        Err(RemoveError::NoPermission) => return refused::may_not(visitor, channel),
        Err(RemoveError::Fault(fault)) => return refused::trouble(visitor, fault),
    };
    refused::sentence(visitor, channel, said)
}

pub(crate) async fn leave(
    app: Data<App>,
    guest: Guest,
    id: Path<String>,
    sent: Sent<Heir>,
) -> HttpResponse {
    let (channel, visitor) = (channel(&id), &guest.visitor);
    let Some(sent) = sent.0 else {
        return refused::unreadable(visitor);
    };
    let words = visitor.language().channels();
    let (status, error) = match try_leave(&app, &guest, channel, &sent).await {
        Ok(()) => return see_other(CHANNELS),
        Err(LeaveError::HeirNeeded) => (StatusCode::CONFLICT, words.heir_needed),
        // The heir, or whoever leaves: the page itself tells which.
        Err(LeaveError::NotMember) => (StatusCode::CONFLICT, words.gone),
        Err(LeaveError::ChannelNotFound) => return refused::no_channel(visitor),
        Err(LeaveError::Fault(fault)) => return refused::trouble(visitor, fault),
    };
    let wrong = Wrong {
        heir: Some(error),
        ..Wrong::default()
    };
    answer(&app, &guest, (channel, None), status, wrong).await
}

async fn try_leave(
    app: &App,
    guest: &Guest,
    channel: ChannelId,
    sent: &Heir,
) -> Result<(), LeaveError> {
    let heir = match sent.heir.as_str() {
        "" => None,
        text => Some(text.parse().map(UserId).map_err(|_no_number| no_heir())?),
    };
    let asked = format!("leave {channel} {}", sent.heir);
    let once = again::done(guest.me.user, &sent.key, &asked);
    let left = leave_channel(app, guest.me.user, channel, heir, once).await;
    left.map(drop).map_err(again::refusal)
}

fn no_heir() -> Fault {
    Fault::invalid("the new owner is named by a number")
}
