//! `GET /v1/accounts/{acc}/inviters` and `…/invited`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::list::{self, Page};
use latchkey_contracts::v1::problem::catalogue as kinds;
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::InvitationRead;
use latchkey_contracts::v1::{Caller, Path, Problem, Query};
use serde::Serialize;

use super::wishes::part;
use crate::app::App;
use crate::app::tree::invited::list_invited;
use crate::app::tree::inviters::list_inviters;
use crate::app::tree::{Step, TreeError};

/// How many steps down one question goes: whoever wants more asks about those at the end.
const DEEPEST: i64 = 10;

/// One step. The account is told of somebody who is gone too, so that the tree has no holes.
#[derive(Serialize)]
struct StepShape {
    level: i64,
    account: Option<Id<ids::Account>>,
    username: Option<String>,
    is_gone: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    inviter: Option<Id<ids::Account>>,
    invitation: Id<ids::Invitation>,
    came_at: Option<String>,
}

impl From<Step> for StepShape {
    fn from(step: Step) -> Self {
        Self {
            level: step.level,
            account: step.who.map(|who| Id::of(who.0)),
            is_gone: step.who.is_some() && step.account.is_none(),
            username: step.account.map(|account| account.username),
            inviter: step.inviter.map(|who| Id::of(who.0)),
            invitation: Id::of(step.invitation.0),
            came_at: step.came_at.map(Millis::rfc3339),
        }
    }
}

fn refused(error: TreeError) -> Problem {
    match error {
        TreeError::NotFound => Problem::of(&kinds::NOT_FOUND),
        TreeError::Fault(fault) => fault.into(),
    }
}

pub(crate) async fn inviters(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Account>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let account = UserId(id.0.number());
    let found = list_inviters(&app, &caller, account, part(&page.0)).await;
    let found = found.map_err(refused)?;
    let key = |step: &Step| step.key;
    Ok(list::answer(&req, &page.0, found, key, StepShape::from))
}

/// How far down, and which part.
#[derive(Debug)]
pub(crate) struct Branch {
    depth: i64,
    page: Page,
}

impl FromQuery for Branch {
    fn from_query(parameters: &mut Parameters) -> Self {
        let what = "This must be a number from 1 to 10.";
        let depth = parameters.parsed("depth", what, |text| {
            text.parse()
                .ok()
                .filter(|depth| (1..=DEEPEST).contains(depth))
        });
        Self {
            depth: depth.unwrap_or(1),
            page: Page::read(parameters),
        }
    }
}

pub(crate) async fn invited(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Account>,
    query: Query<Branch>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query(Branch { depth, page }) = query;
    let account = UserId(id.0.number());
    let found = list_invited(&app, &caller, account, depth, part(&page)).await;
    let found = found.map_err(refused)?;
    let key = |step: &Step| step.key;
    Ok(list::answer(&req, &page, found, key, StepShape::from))
}
