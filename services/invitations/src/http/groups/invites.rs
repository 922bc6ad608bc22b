//! `/invite/…`: requests of users and offers of groups.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::TokenCaller;
use latchkey_common::page::{self, Page};
use latchkey_contracts::groups::{Caller, GroupError, Json, JsonOrNothing, Path, Query};

use super::dto::UuidText;
use super::{dto, errors};
use crate::app::App;
use crate::app::group::change_join_request::{change_join_request, delete_join_request};
use crate::app::group::list_join_requests::{About, find_join_request, list_join_requests};
use crate::app::group::make_join_request::{NewJoinRequest, make_join_request};
use crate::domain::kind::Direction;

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller,
    ask: Json<dto::CreateInvite>,
) -> Result<HttpResponse, GroupError> {
    let new = NewJoinRequest {
        caller: caller.user,
        user: ask.0.user_id.0,
        group: ask.0.group_id.0,
        direction: ask.0.made_by.into(),
        message: ask.0.message,
    };
    let made = make_join_request(&app, new).await?;
    Ok(HttpResponse::Created().json(dto::Invite::from(made)))
}

pub(crate) async fn get(
    app: web::Data<App>,
    caller: Caller,
    id: Path<UuidText>,
) -> Result<HttpResponse, GroupError> {
    let found = find_join_request(&app, &caller, id.0.0).await?;
    let found = found.ok_or(errors::invite_not_found())?;
    Ok(HttpResponse::Ok().json(dto::Invite::from(found)))
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    answer(&app, &caller, About::Everything, None, page, &req).await
}

pub(crate) async fn list_of_group(
    app: web::Data<App>,
    caller: Caller,
    place: Path<(String, UuidText)>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let (sender, id) = place.0;
    let (about, side) = (About::Group(id.0), dto::sender(&sender));
    answer(&app, &caller, about, side, page, &req).await
}

pub(crate) async fn list_of_user(
    app: web::Data<App>,
    caller: Caller,
    place: Path<(String, UuidText)>,
    page: Query<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let (sender, id) = place.0;
    let (about, side) = (About::User(id.0), dto::sender(&sender));
    answer(&app, &caller, about, side, page, &req).await
}

async fn answer(
    app: &App,
    caller: &TokenCaller,
    about: About,
    side: Option<Direction>,
    page: Query<Page>,
    req: &HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_join_requests(app, caller, about, side, &page).await?;
    let found = found.map(dto::Invite::from);
    Ok(page::answer(req, found.next, &found.items))
}

pub(crate) async fn update(
    app: web::Data<App>,
    caller: Caller,
    id: Path<UuidText>,
    change: JsonOrNothing<dto::UpdateInvite>,
) -> Result<HttpResponse, GroupError> {
    let changed = change_join_request(&app, caller.user, id.0.0, change.0.into()).await?;
    Ok(HttpResponse::Ok().json(dto::Invite::from(changed)))
}

pub(crate) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    id: Path<UuidText>,
) -> Result<HttpResponse, GroupError> {
    delete_join_request(&app, caller.user, id.0.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
