//! `/invitation`: the same invitations for the choir platform's application server. Here 498 is an end,
//! told as often as one asks, and 404 what never was; a creator is all that a new one needs.

use actix_web::{HttpResponse, web};
use latchkey_common::clock::Millis;
use latchkey_contracts::choirs::{ChoirError, Json, Query};
use serde::{Deserialize, Serialize};

use super::dto::given;
use super::errors;
use super::key_holder::KeyHolder;
use crate::app::App;
use crate::app::choir::create_invitation::{MadeWith, create_choir_invitation};
use crate::app::choir::find_invitation::find_choir_invitation;
use crate::domain::choir::{ChoirInvitation, ChoirTexts, PublicId};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Named {
    invite_id: Option<String>,
}

pub(crate) async fn show(
    app: web::Data<App>,
    _: KeyHolder,
    query: Query<Named>,
) -> Result<HttpResponse, ChoirError> {
    let id = given(query.invite_id.clone())
        .ok_or(ChoirError::bad_request("Parameters missing \"inviteId\""))?;
    let found = find_choir_invitation(&app, &id)
        .await
        .map_err(|error| errors::find(error, &id))?;
    Ok(HttpResponse::Ok().json(Shown::from(found)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Create {
    creator: Option<String>,
    invitee: Option<String>,
    choir_id: Option<String>,
    user_id: Option<String>,
}

impl Create {
    fn texts(self) -> Result<ChoirTexts, ChoirError> {
        let missing =
            ChoirError::bad_request("Parameters missing from invitation creation \"creator\"");
        Ok(ChoirTexts {
            creator: given(self.creator).ok_or(missing)?,
            invitee: self.invitee.unwrap_or_default(),
            choir_id: self.choir_id.unwrap_or_default(),
            user_id: self.user_id.unwrap_or_default(),
        })
    }
}

pub(crate) async fn create(
    app: web::Data<App>,
    key: KeyHolder,
    body: Json<Create>,
) -> Result<HttpResponse, ChoirError> {
    let texts = body.0.texts()?;
    let expires_at = app.db.clock().now().plus(app.settings.choir_life());
    let id = create_choir_invitation(&app, texts, MadeWith::Key(&key), expires_at).await?;
    Ok(HttpResponse::Ok().json(Created::from(&id)))
}

#[derive(Serialize)]
struct Created<'a> {
    ok: bool,
    id: &'a str,
}

impl<'a> From<&'a PublicId> for Created<'a> {
    fn from(id: &'a PublicId) -> Self {
        Self {
            ok: true,
            id: id.as_str(),
        }
    }
}

#[derive(Serialize)]
struct Shown {
    ok: bool,
    invitation: Invitation,
}

/// What was not given when it was made is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invitation {
    creator: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    invitee: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    choir_id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    user_id: String,
    expires: Millis,
    id: String,
}

impl From<ChoirInvitation> for Shown {
    fn from(found: ChoirInvitation) -> Self {
        Self {
            ok: true,
            invitation: Invitation {
                creator: found.creator,
                invitee: found.invitee,
                choir_id: found.choir_id,
                user_id: found.user_id,
                expires: found.expires_at,
                id: found.id,
            },
        }
    }
}
