//! `/group/…`: the groups themselves.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::{self, Page, Paged};
use latchkey_contracts::groups::{Caller, GroupError, Json, JsonOrNothing, Path, Query};

use super::{dto, errors};
use crate::app::App;
use crate::app::group::create::{NewGroup, create_group};
use crate::app::group::edit::{delete_group, edit_group};
use crate::app::group::list::{GroupView, list_groups, view_group};
use crate::domain::group::WhichGroup;

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller,
    ask: Json<dto::CreateGroup>,
) -> Result<HttpResponse, GroupError> {
    let new = NewGroup {
        owner: caller.user,
        name: ask.0.name,
        about: ask.0.about.into(),
    };
    let made = create_group(&app, new).await?;
    Ok(HttpResponse::Created().json(dto::SeenGroup::by_member(made)))
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_groups(&app, caller.user, false, &page).await?;
    Ok(shown(&req, found))
}

pub(crate) async fn list_open(
    app: web::Data<App>,
    caller: Caller,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_groups(&app, caller.user, true, &page).await?;
    Ok(shown(&req, found))
}

fn shown(req: &HttpRequest, found: Paged<GroupView>) -> HttpResponse {
    let found = found.map(dto::SeenGroup::from);
    page::answer(req, found.next, &found.items)
}

pub(crate) async fn get(
    app: web::Data<App>,
    caller: Caller,
    name: Path<String>,
) -> Result<HttpResponse, GroupError> {
    let found = view_group(&app, caller.user, WhichGroup::named(&name)).await?;
    let found = found.ok_or(errors::group_not_found())?;
    Ok(HttpResponse::Ok().json(dto::SeenGroup::from(found)))
}

pub(crate) async fn update(
    app: web::Data<App>,
    caller: Caller,
    name: Path<String>,
    ask: JsonOrNothing<dto::UpdateGroup>,
) -> Result<HttpResponse, GroupError> {
    let edited = edit_group(
        &app,
        caller.user,
        WhichGroup::named(&name),
        ask.0.name,
        ask.0.about.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(dto::SeenGroup::by_member(edited)))
}

pub(crate) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    name: Path<String>,
) -> Result<HttpResponse, GroupError> {
    delete_group(&app, caller.user, WhichGroup::named(&name)).await?;
    Ok(HttpResponse::NoContent().finish())
}
