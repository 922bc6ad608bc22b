//! `POST /v1/invitations/{inv}/accept` and `…/decline`, for the one whom an invitation is for.

use actix_web::{HttpResponse, web};
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids;
use latchkey_contracts::v1::scopes::InvitationWrite;
use latchkey_contracts::v1::{Answer, Body, Caller, Path, Problem};

use super::invitations::{answer, bytes};
use super::redemptions::redeemed;
use super::shapes::OfferShape;
use super::{account, errors};
use crate::app::App;
use crate::app::invitation::accept::accept_invitation;
use crate::app::invitation::decline::decline_invitation;
use crate::domain::invitation::InvitationId;

/// There is nothing to say beside yes.
#[derive(Debug)]
pub(crate) struct Accept;

impl FromForm for Accept {
    fn from_form(_: &mut Form<'_>) -> Option<Self> {
        Some(Self)
    }
}

pub(crate) async fn accept(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Invitation>,
    body: Body<Accept>,
) -> Result<HttpResponse, Problem> {
    let (_, call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let accepted = accept_invitation(&app, &caller, id, call).await;
    redeemed(&app, accepted.map_err(errors::accepting)?).await
}

#[derive(Debug)]
pub(crate) struct Decline {
    blocks: bool,
}

impl FromForm for Decline {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        let blocks = form.flag("block").unwrap_or_default();
        Some(Self { blocks })
    }
}

pub(crate) async fn decline(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Invitation>,
    body: Body<Decline>,
) -> Result<HttpResponse, Problem> {
    let (Decline { blocks }, call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let now = app.db.now().process();
    let render = move |declined| bytes(&Answer::of(&OfferShape::of(declined, now))?);
    let declined = decline_invitation(&app, caller.user, id, blocks, call, render).await;
    answer(&declined.map_err(errors::declining)?)
}
