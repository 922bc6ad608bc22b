//! `/v1/invitations`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::audit::{Actor, Reason, Way};
use latchkey_common::fault::Fault;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::scopes::{InvitationRead, InvitationWrite};
use latchkey_contracts::v1::{Answer, Body, Caller, Path, Problem, Query, list};

use super::bounds::{ahead, within};
use super::redemption_shapes::SettledShape;
use super::shapes::{InvitationShape, MadeShape, NewSecretShape};
use super::wishes::{Listed, NewInvitation, Revoke, part};
use super::{account, address, errors, request_errors};
use crate::app::App;
use crate::app::engine::once::Answered;
use crate::app::invitation::list::list_made;
use crate::app::invitation::make::Wish;
use crate::app::invitation::revoke::revoke_invitation;
use crate::app::invitation::show::{Reach, Shown, show_one};
use crate::app::join_request::offer::{Met, offer};
use crate::domain::invitation::InvitationId;

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    body: Body<NewInvitation>,
) -> Result<HttpResponse, Problem> {
    let (new, call) = body.of(account(&caller));
    let now = app.db.now().process();
    let wish = wish(&app, new)?;
    let public_url = app.public_url.clone();
    let made = offer(&app, &caller, wish, call, move |made| {
        let id = Id::<ids::Invitation>::of(made.invitation.id.0);
        let shown = Shown {
            invitation: made.invitation,
            texts: made.texts,
            replaces: None,
            admission: made.admission,
            grants: made.grants,
        };
        let invitation = InvitationShape::of(shown, now);
        let whole = MadeShape {
            invitation: &invitation,
            secret: NewSecretShape::of(made.row, &made.secret, &public_url),
        };
        bytes(&Answer::made(&whole, &invitation, address(id))?)
    });
    met(made.await.map_err(request_errors::offering)?)
}

/// What waits for the other side, or who is in because the other side had made the same.
pub(super) fn met(met: Met) -> Result<HttpResponse, Problem> {
    match met {
        Met::Answered(answered) => answer(&answered),
        Met::Settled((used, is_replay)) => {
            let settled = SettledShape {
                settled: used.into(),
            };
            Ok(Answer::of(&settled)?.response(is_replay))
        }
    }
}

/// What only the settings and the clock know.
fn wish(app: &App, new: NewInvitation) -> Result<Wish, Problem> {
    within(app, Some(new.max_uses))?;
    let end = new.end.map(|end| ahead(app, end)).transpose()?;
    Ok(Wish {
        grants: new.grants,
        on_lost_right: new.on_lost_right,
        recipient: new.recipient,
        max_uses: new.max_uses,
        expires_at: end,
        texts: new.texts,
        admission: new.admission,
    })
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    query: Query<Listed>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query(Listed { filter, page }) = query;
    let now = app.db.now().process();
    let rows = list_made(&app, caller.user, filter, part(&page)).await?;
    let key = |row: &Shown| row.invitation.id.0;
    let show = |row| InvitationShape::of(row, now);
    Ok(list::answer(&req, &page, rows, key, show))
}

pub(crate) async fn show(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Invitation>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId(id.0.number());
    let found = show_one(&app, Reach::of(&caller), id).await;
    let found = found.map_err(errors::showing)?;
    let shape = InvitationShape::of(found, app.db.now().process());
    Ok(Answer::of(&shape)?.unless_known(&req))
}

pub(crate) async fn revoke(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Invitation>,
    body: Body<Revoke>,
) -> Result<HttpResponse, Problem> {
    let (Revoke(reason), call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let now = app.db.now().process();
    let by = Actor::account(caller.user, &caller.username, Way::V1);
    let by = by.because(reason.as_deref().and_then(Reason::cut));
    let who = (by, Reach::of(&caller));
    let render = move |ended| bytes(&Answer::of(&InvitationShape::of(ended, now))?);
    let ended = revoke_invitation(&app, who, id, reason, call, render).await;
    answer(&ended.map_err(errors::revoking)?)
}

/// An answer as it is kept.
pub(super) fn bytes(answer: &Answer) -> Result<Vec<u8>, Fault> {
    serde_json::to_vec(answer).map_err(|error| Fault::internal(error.to_string()))
}

/// The answer to a call that is made once.
pub(super) fn answer(answered: &Answered) -> Result<HttpResponse, Problem> {
    let kept = errors::kept(&answered.answer)?;
    Ok(kept.response(answered.is_replay))
}
