//! `POST /v1/invitations/revoke`.

use actix_web::{HttpResponse, web};
use latchkey_common::audit::{Actor, Reason, Way};
use latchkey_common::auth::UserId;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Account, Id};
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::InvitationWrite;
use latchkey_contracts::v1::{Body, Caller, Problem, Query};
use serde::Serialize;

use super::wishes::target;
use super::{account, errors};
use crate::app::App;
use crate::app::invitation::revoke_all::{RevokeAllError, Row, Which, Whose, revoke_all};
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Kind;

#[derive(Debug)]
pub(crate) struct RevokeAll {
    whose: Whose,
    target: Option<(Kind, i64)>,
    label: Option<String>,
    reason: Option<String>,
}

impl FromForm for RevokeAll {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        let what = "This must be me, everybody, or the id of an account.";
        let inviter = form.parsed("inviter", what, |word| match word {
            "me" => Some(Whose::Own),
            "everybody" => Some(Whose::Everybodys),
            id => Id::<Account>::parse(id).map(|id| Whose::Of(UserId(id.number()))),
        });
        let what = "This must be the id of a channel, a group or a namespace.";
        let target = form.parsed("target", what, target);
        let label = form.text("label", 1, 100);
        let reason = form.text("reason", 1, 500);
        if inviter.is_none() && target.is_none() && label.is_none() {
            let detail = "Say which by inviter, target or label.";
            return form.refuse("inviter", "required", detail);
        }
        Some(Self {
            whose: inviter.unwrap_or(Whose::Own),
            target,
            label,
            reason,
        })
    }
}

#[derive(Debug)]
pub(crate) struct Asked {
    is_dry: bool,
    after: InvitationId,
}

impl FromQuery for Asked {
    fn from_query(parameters: &mut Parameters) -> Self {
        let dry = parameters.parsed("dry_run", "This must be true or false.", |word| {
            word.parse().ok()
        });
        let what = "This must be the id of an invitation.";
        let after = parameters.parsed("after", what, Id::<ids::Invitation>::parse);
        Self {
            is_dry: dry.unwrap_or_default(),
            after: InvitationId(after.map_or(0, |id| id.number())),
        }
    }
}

#[derive(Serialize)]
struct RowShape {
    invitation: Id<ids::Invitation>,
    inviter: Option<Id<Account>>,
    label: Option<String>,
    outcome: &'static str,
    code: Option<&'static str>,
}

#[derive(Serialize)]
struct RowsShape {
    rows: Vec<RowShape>,
    are_more: bool,
}

pub(crate) async fn revoke(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    asked: Query<Asked>,
    body: Body<RevokeAll>,
) -> Result<HttpResponse, Problem> {
    // What is taken back stays so: the same call again meets what is left.
    let (wanted, _) = body.of(account(&caller));
    let Query(Asked { is_dry, after }) = asked;
    let by = Actor::account(caller.user, &caller.username, Way::V1);
    let by = by.because(wanted.reason.as_deref().and_then(Reason::cut));
    let which = Which {
        whose: wanted.whose,
        target: wanted.target,
        label: wanted.label,
        after,
    };
    let revoked = revoke_all(&app, &caller, &by, which, wanted.reason, is_dry).await;
    let (rows, are_more) = revoked.map_err(|error| match error {
        RevokeAllError::NotYours => Problem::wrong_at(
            "#/inviter",
            "not_found",
            "There is nobody of this id, or nobody whose invitations you may take back.",
        ),
        RevokeAllError::Fault(fault) => fault.into(),
    })?;
    let done = if is_dry { "would" } else { "revoked" };
    let row = |row: Row| RowShape {
        invitation: Id::of(row.invitation.id.0),
        inviter: row.invitation.issuer_id.map(|issuer| Id::of(issuer.0)),
        label: row.label,
        outcome: if row.refused.is_none() {
            done
        } else {
            "refused"
        },
        code: row.refused.map(|error| errors::revoking(error).code()),
    };
    let rows = rows.into_iter().map(row).collect();
    Ok(HttpResponse::Ok().json(RowsShape { rows, are_more }))
}
