//! `PATCH /v1/invitations/{inv}` and `POST /v1/invitations/{inv}/renew`.

use actix_web::{HttpResponse, web};
use latchkey_common::audit::Way;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::scopes::InvitationWrite;
use latchkey_contracts::v1::{Answer, Body, Caller, IfMatch, Path, Problem};
use latchkey_peers::channels::ChannelId;

use super::bounds::{ahead, within};
use super::invitations::{answer, bytes};
use super::shapes::InvitationShape;
use super::wishes::{End, MOST_GRANTS, end, wished};
use super::{account, address, errors, landings};
use crate::app::App;
use crate::app::invitation::edit::{Edit, edit_invitation};
use crate::app::invitation::make::Wished;
use crate::app::invitation::renew::{Renewal, renew_invitation};
use crate::app::invitation::show::Shown;
use crate::domain::changed::Changed;
use crate::domain::invitation::InvitationId;
use crate::domain::texts::Texts;

/// A merge patch (RFC 7396): what is null goes.
#[derive(Debug)]
pub(crate) struct Patch {
    grants: Option<Vec<Wished>>,
    max_uses: Option<i64>,
    end: Changed<End>,
    message: Changed<String>,
    label: Changed<String>,
    note: Changed<String>,
    landing: (Changed<ChannelId>, Changed<String>),
}

impl FromForm for Patch {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        for name in ["grants", "max_uses"] {
            if form.cleared(name) {
                form.complain(name, "required", "This cannot go.");
            }
        }
        Some(Self {
            grants: form.objects("grants", MOST_GRANTS, wished),
            max_uses: form.number("max_uses", 1, i64::MAX),
            end: if form.cleared("expires_at") {
                Changed::Cleared
            } else {
                end(form).map_or(Changed::Kept, Changed::To)
            },
            message: changed(form, "message", 1_000),
            label: changed(form, "label", 100),
            note: changed(form, "note", 1_000),
            landing: landings::changed(form),
        })
    }
}

fn changed(form: &mut Form<'_>, name: &str, most: usize) -> Changed<String> {
    if form.cleared(name) {
        return Changed::Cleared;
    }
    form.text(name, 1, most).map_or(Changed::Kept, Changed::To)
}

pub(crate) async fn edit(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Invitation>,
    condition: IfMatch,
    body: Body<Patch>,
) -> Result<HttpResponse, Problem> {
    let (patch, call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let now = app.db.now().process();
    let edit = wanted(&app, patch)?;
    let shown = move |shown: Shown| Answer::of(&InvitationShape::of(shown, now));
    let is_meant = move |before| Ok(condition.means(&shown(before)?));
    let render = move |edited| bytes(&shown(edited)?);
    let edited = edit_invitation(&app, (&caller, Way::V1), id, edit, call, is_meant, render).await;
    answer(&edited.map_err(errors::editing)?)
}

/// What only the settings and the clock know.
fn wanted(app: &App, patch: Patch) -> Result<Edit, Problem> {
    within(app, patch.max_uses)?;
    let (landing_channel, welcome) = patch.landing;
    Ok(Edit {
        grants: patch.grants,
        max_uses: patch.max_uses,
        expires_at: match patch.end {
            Changed::Kept => Changed::Kept,
            Changed::Cleared => Changed::Cleared,
            Changed::To(end) => Changed::To(ahead(app, end)?),
        },
        message: patch.message,
        label: patch.label,
        note: patch.note,
        landing_channel,
        welcome,
    })
}

/// `POST …/renew`.
#[derive(Debug)]
pub(crate) struct Renew {
    max_uses: Option<i64>,
    end: Option<End>,
    texts: Texts,
}

impl FromForm for Renew {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        Some(Self {
            max_uses: form.number("max_uses", 1, i64::MAX),
            end: end(form),
            texts: Texts {
                message: form.text("message", 1, 1_000),
                label: form.text("label", 1, 100),
                note: form.text("note", 1, 1_000),
                ..Texts::default()
            },
        })
    }
}

pub(crate) async fn renew(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Invitation>,
    body: Body<Renew>,
) -> Result<HttpResponse, Problem> {
    let (wish, call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let now = app.db.now().process();
    within(&app, wish.max_uses)?;
    let renewal = Renewal {
        max_uses: wish.max_uses,
        expires_at: wish.end.map(|end| ahead(&app, end)).transpose()?,
        texts: wish.texts,
    };
    let render = move |made: Shown| {
        let place = address(Id::<ids::Invitation>::of(made.invitation.id.0));
        let shape = InvitationShape::of(made, now);
        bytes(&Answer::made(&shape, &shape, place)?)
    };
    let made = renew_invitation(&app, (&caller, Way::V1), id, renewal, call, render).await;
    answer(&made.map_err(errors::renewing)?)
}
