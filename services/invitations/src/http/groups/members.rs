//! `/member/…`: who is in which group.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::{self, Page, Paged};
use latchkey_contracts::groups::{Caller, GroupError, JsonOrNothing, Path, Query};

use super::dto::UuidText;
use super::{dto, errors};
use crate::app::App;
use crate::app::group::change_membership::{change_role, end_membership};
use crate::app::group::list::{MembershipView, list_group_members, list_memberships};

pub(crate) async fn of_group(
    app: web::Data<App>,
    _: Caller,
    id: Path<UuidText>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_group_members(&app, id.0.0, &page).await?;
    Ok(answer(&req, found.ok_or(errors::group_not_found())?))
}

pub(crate) async fn of_user(
    app: web::Data<App>,
    _: Caller,
    id: Path<UuidText>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_memberships(&app, id.0.0, false, &page).await?;
    Ok(answer(&req, found.ok_or(errors::user_not_found())?))
}

pub(crate) async fn of_admin(
    app: web::Data<App>,
    _: Caller,
    id: Path<UuidText>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_memberships(&app, id.0.0, true, &page).await?;
    Ok(answer(&req, found.ok_or(errors::user_not_found())?))
}

fn answer(req: &HttpRequest, found: Paged<MembershipView>) -> HttpResponse {
    let found = found.map(dto::Member::from);
    page::answer(req, found.next, &found.items)
}

pub(crate) async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Path<UuidText>,
    ask: JsonOrNothing<dto::UpdateMember>,
) -> Result<HttpResponse, GroupError> {
    let changed = change_role(&app, caller.user, id.0.0, ask.role).await?;
    Ok(HttpResponse::Ok().json(dto::Member::from(changed)))
}

pub(crate) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    id: Path<UuidText>,
) -> Result<HttpResponse, GroupError> {
    end_membership(&app, caller.user, id.0.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
