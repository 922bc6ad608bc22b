//! `/v1/invitations/{inv}/secrets`.

use actix_web::{HttpResponse, web};
use latchkey_common::audit::{Actor, Way};
use latchkey_common::auth::Known;
use latchkey_contracts::v1::ids;
use latchkey_contracts::v1::input::Below;
use latchkey_contracts::v1::scopes::{InvitationRead, InvitationWrite};
use latchkey_contracts::v1::{Answer, Body, Caller, Path, Problem};
use serde::Serialize;

use super::invitations::{answer, bytes};
use super::shapes::{NewSecretShape, SecretShape};
use super::wishes::NewSecret;
use super::{account, address, errors};
use crate::app::App;
use crate::app::invitation::secrets::{add_secret, list_secrets, revoke_secret};
use crate::app::invitation::show::Reach;
use crate::domain::invitation::{InvitationId, SecretId};

/// All of them: there are few.
#[derive(Serialize)]
struct Secrets {
    data: Vec<SecretShape>,
    next: Option<String>,
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Invitation>,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId(id.0.number());
    let found = list_secrets(&app, Reach::of(&caller), id).await;
    let found = found.map_err(errors::showing)?;
    Ok(HttpResponse::Ok().json(Secrets {
        data: found.into_iter().map(SecretShape::from).collect(),
        next: None,
    }))
}

/// Who acts, and on whose.
fn by(caller: &Known) -> (Actor, Reach) {
    let by = Actor::account(caller.user, &caller.username, Way::V1);
    (by, Reach::of(caller))
}

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Invitation>,
    body: Body<NewSecret>,
) -> Result<HttpResponse, Problem> {
    let (NewSecret(label), call) = body.of(account(&caller));
    let (who, at) = (by(&caller), id.0);
    let id = InvitationId(at.number());
    let public_url = app.public_url.clone();
    let made = add_secret(&app, who, id, label, call, move |row, secret| {
        let shape = NewSecretShape::of(row, &secret, &public_url);
        let place = format!("{}/secrets", address(at));
        bytes(&Answer::made(&shape, &shape, place)?)
    });
    answer(&made.await.map_err(errors::adding)?)
}

pub(crate) async fn revoke(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    ids: Below<ids::Invitation, ids::Secret>,
) -> Result<HttpResponse, Problem> {
    let Below(id, secret) = ids;
    let (id, secret) = (InvitationId(id.number()), SecretId(secret.number()));
    let revoked = revoke_secret(&app, by(&caller), id, secret).await;
    revoked.map_err(errors::showing)?;
    Ok(HttpResponse::NoContent().finish())
}
