//! `/group/…`: the groups themselves.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::BearerUser;
use latchkey_common::page::{self, Page};
use latchkey_common::text;
use latchkey_contracts::groups::{
    GroupError, GroupJson, GroupJsonOrNothing, GroupPath, GroupQuery,
};

use super::{dto, errors};
use crate::app::App;
use crate::app::group::create::{NewGroup, create_group};
use crate::app::group::edit::{delete_group, edit_group};
use crate::app::group::list::{find_group, list_groups};
use crate::domain::group::WhichGroup;

type Caller = BearerUser<GroupError>;

fn named(name: &str) -> WhichGroup {
    WhichGroup::Name(text::fold(name))
}

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller,
    GroupJson(ask): GroupJson<dto::CreateGroup>,
) -> Result<HttpResponse, GroupError> {
    let new = NewGroup {
        owner: caller.0.user,
        name: ask.name,
        about: ask.about.into(),
    };
    let made = create_group(&app, new)
        .await
        .map_err(errors::create_group)?;
    Ok(HttpResponse::Created().json(dto::GroupBody::from(made)))
}

pub(crate) async fn list(
    app: web::Data<App>,
    _: Caller,
    GroupQuery(page): GroupQuery<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_groups(&app, &page).await?.map(dto::GroupBody::from);
    Ok(page::answer(&req, found.next, &found.items))
}

pub(crate) async fn get(
    app: web::Data<App>,
    _: Caller,
    GroupPath(name): GroupPath<String>,
) -> Result<HttpResponse, GroupError> {
    let found = find_group(&app, named(&name)).await?;
    let found = found.ok_or(errors::group_not_found())?;
    Ok(HttpResponse::Ok().json(dto::GroupBody::from(found)))
}

pub(crate) async fn update(
    app: web::Data<App>,
    caller: Caller,
    GroupPath(name): GroupPath<String>,
    GroupJsonOrNothing(ask): GroupJsonOrNothing<dto::UpdateGroup>,
) -> Result<HttpResponse, GroupError> {
    let edited = edit_group(
        &app,
        caller.0.user,
        named(&name),
        ask.name,
        ask.about.into(),
    )
    .await
    .map_err(errors::edit_group)?;
    Ok(HttpResponse::Ok().json(dto::GroupBody::from(edited)))
}

pub(crate) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    GroupPath(name): GroupPath<String>,
) -> Result<HttpResponse, GroupError> {
    delete_group(&app, caller.0.user, named(&name))
        .await
        .map_err(errors::edit_group)?;
    Ok(HttpResponse::NoContent().finish())
}
