//! `/v1/me/blocks`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::UserId;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::list::{self, Page};
use latchkey_contracts::v1::problem::catalogue as kinds;
use latchkey_contracts::v1::scopes::{AccountManage, AccountRead};
use latchkey_contracts::v1::{Answer, Body, Caller, Path, Problem, Query};
use serde::Serialize;

use super::invitations::{answer, bytes};
use super::wishes::part;
use super::{account, errors};
use crate::app::App;
use crate::app::block::add::block;
use crate::app::block::list::{BlockView, list_blocks};
use crate::app::block::remove::unblock;

/// Somebody from whom one takes no invitations.
#[derive(Serialize)]
struct BlockShape {
    account: Id<ids::Account>,
    username: Option<String>,
    created_at: String,
}

impl From<BlockView> for BlockShape {
    fn from(view: BlockView) -> Self {
        Self {
            account: Id::of(view.block.blocked.0),
            username: view.username,
            created_at: view.block.created_at.rfc3339(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct NewBlock(UserId);

impl FromForm for NewBlock {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        form.require("account");
        let what = "This must be the id of an account.";
        let whom = form.parsed("account", what, Id::<ids::Account>::parse);
        Some(Self(UserId(whom?.number())))
    }
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<AccountRead>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let found = list_blocks(&app, caller.user, part(&page.0)).await?;
    let key = |view: &BlockView| view.block.id.0;
    Ok(list::answer(&req, &page.0, found, key, BlockShape::from))
}

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller<AccountManage>,
    body: Body<NewBlock>,
) -> Result<HttpResponse, Problem> {
    let (NewBlock(whom), call) = body.of(account(&caller));
    let made = block(&app, caller.user, whom, call, |made| {
        let shape = BlockShape::from(made);
        let place = format!("/v1/me/blocks/{}", shape.account);
        bytes(&Answer::made(&shape, &shape, place)?)
    });
    answer(&made.await.map_err(errors::blocking)?)
}

pub(crate) async fn remove(
    app: web::Data<App>,
    caller: Caller<AccountManage>,
    id: Path<ids::Account>,
) -> Result<HttpResponse, Problem> {
    let whom = UserId(id.0.number());
    if unblock(&app, caller.user, whom).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::of(&kinds::NOT_FOUND))
    }
}
