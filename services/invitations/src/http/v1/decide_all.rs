//! `POST /v1/join-requests/decide`.

use actix_web::{HttpResponse, web};
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::RequestDecide;
use latchkey_contracts::v1::{Body, Caller, Problem, Query};
use serde::Serialize;

use super::{account, request_errors as errors};
use crate::app::App;
use crate::app::join_request::decide_all::{Row, Verdict, decide_all};
use crate::domain::invitation::InvitationId;

#[derive(Debug)]
pub(crate) struct DecideAll {
    link: InvitationId,
    verdict: Verdict,
}

impl FromForm for DecideAll {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        form.require("link");
        form.require("decision");
        let what = "This must be the id of an invitation.";
        let link = form.parsed("link", what, Id::<ids::Invitation>::parse);
        let reason = form.text("reason", 1, 500);
        let what = "This must be approve or reject.";
        let verdict = form.parsed("decision", what, |word| match word {
            "approve" => Some(Verdict::Approve),
            "reject" => Some(Verdict::Reject(reason.clone())),
            _ => None,
        })?;
        if verdict == Verdict::Approve && reason.is_some() {
            return form.refuse("reason", "conflict", "A yes needs no reason.");
        }
        Some(Self {
            link: InvitationId(link?.number()),
            verdict,
        })
    }
}

#[derive(Debug)]
pub(crate) struct Dry(bool);

impl FromQuery for Dry {
    fn from_query(parameters: &mut Parameters) -> Self {
        let dry = parameters.parsed("dry_run", "This must be true or false.", |word| {
            word.parse().ok()
        });
        Self(dry.unwrap_or_default())
    }
}

#[derive(Serialize)]
struct RowShape {
    request: Id<ids::Request>,
    username: Option<String>,
    outcome: &'static str,
    code: Option<&'static str>,
}

#[derive(Serialize)]
struct RowsShape {
    rows: Vec<RowShape>,
    are_more: bool,
}

pub(crate) async fn decide(
    app: web::Data<App>,
    caller: Caller<RequestDecide>,
    dry: Query<Dry>,
    body: Body<DecideAll>,
) -> Result<HttpResponse, Problem> {
    // What is decided stays so: the same call again meets what is left.
    let (DecideAll { link, verdict }, _) = body.of(account(&caller));
    let is_dry = dry.0.0;
    let done = match verdict {
        _ if is_dry => "would",
        Verdict::Approve => "approved",
        Verdict::Reject(_) => "rejected",
    };
    let decided = decide_all(&app, &caller, link, verdict, is_dry).await;
    let (rows, are_more) = decided.map_err(errors::listing)?;
    let row = |row: Row| RowShape {
        request: Id::of(row.request.request.invitation.id.0),
        username: row.request.username,
        outcome: if row.refused.is_none() {
            done
        } else {
            "refused"
        },
        code: row.refused.map(|error| errors::deciding(error).code()),
    };
    let rows = rows.into_iter().map(row).collect();
    Ok(HttpResponse::Ok().json(RowsShape { rows, are_more }))
}
