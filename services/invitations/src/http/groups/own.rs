//! `/group/…`: the groups themselves.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::{self, Page};
use latchkey_common::text;
use latchkey_contracts::groups::{Caller, GroupError, Json, JsonOrNothing, Path, Query};

use super::{dto, errors};
use crate::app::App;
use crate::app::group::create::{NewGroup, create_group};
use crate::app::group::edit::{delete_group, edit_group};
use crate::app::group::list::{find_group, list_groups};
use crate::domain::group::WhichGroup;

fn named(name: &str) -> WhichGroup {
    WhichGroup::Name(text::fold(name))
}

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
    Ok(HttpResponse::Created().json(dto::GroupBody::from(made)))
}

pub(crate) async fn list(
    app: web::Data<App>,
    _: Caller,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_groups(&app, &page).await?.map(dto::GroupBody::from);
    Ok(page::answer(&req, found.next, &found.items))
}

pub(crate) async fn get(
    app: web::Data<App>,
    _: Caller,
    name: Path<String>,
) -> Result<HttpResponse, GroupError> {
    let found = find_group(&app, named(&name)).await?;
    let found = found.ok_or(errors::group_not_found())?;
    Ok(HttpResponse::Ok().json(dto::GroupBody::from(found)))
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
        named(&name),
        ask.0.name,
        ask.0.about.into(),
    )
    .await?;
    Ok(HttpResponse::Ok().json(dto::GroupBody::from(edited)))
}

pub(crate) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    name: Path<String>,
) -> Result<HttpResponse, GroupError> {
    delete_group(&app, caller.user, named(&name)).await?;
    Ok(HttpResponse::NoContent().finish())
}
