//! `/invite/…`: requests of users and offers of groups.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::{BearerUser, TokenCaller};
use latchkey_common::page::{self, Page};
use latchkey_contracts::groups::{
    GroupError, GroupJson, GroupJsonOrNothing, GroupPath, GroupQuery,
};

use super::dto::UuidText;
use super::{dto, errors};
use crate::app::App;
use crate::app::group::change_join_request::{change_join_request, delete_join_request};
use crate::app::group::list_join_requests::{About, find_join_request, list_join_requests};
use crate::app::group::make_join_request::{NewJoinRequest, make_join_request};
use crate::domain::kind::Direction;

type Caller = BearerUser<GroupError>;

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller,
    GroupJson(ask): GroupJson<dto::CreateInvite>,
) -> Result<HttpResponse, GroupError> {
    app.limits.invitation(caller.0.user)?;
    let new = NewJoinRequest {
        caller: caller.0.user,
        user: ask.user_id.0,
        group: ask.group_id.0,
        direction: ask.made_by.into(),
        message: ask.message,
    };
    let made = make_join_request(&app, new).await.map_err(errors::make)?;
    Ok(HttpResponse::Created().json(dto::Invite::from(made)))
}

pub(crate) async fn get(
    app: web::Data<App>,
    caller: Caller,
    GroupPath(id): GroupPath<UuidText>,
) -> Result<HttpResponse, GroupError> {
    let found = find_join_request(&app, &caller.0, id.0).await?;
    let found = found.ok_or(errors::invite_not_found())?;
    Ok(HttpResponse::Ok().json(dto::Invite::from(found)))
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller,
    page: GroupQuery<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    answer(&app, &caller.0, About::Everything, None, page, &req).await
}

pub(crate) async fn list_of_group(
    app: web::Data<App>,
    caller: Caller,
    GroupPath((sender, id)): GroupPath<(String, UuidText)>,
    page: GroupQuery<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let (about, side) = (About::Group(id.0), dto::sender(&sender));
    answer(&app, &caller.0, about, side, page, &req).await
}

pub(crate) async fn list_of_user(
    app: web::Data<App>,
    caller: Caller,
    GroupPath((sender, id)): GroupPath<(String, UuidText)>,
    page: GroupQuery<Page>,
    req: HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let (about, side) = (About::User(id.0), dto::sender(&sender));
    answer(&app, &caller.0, about, side, page, &req).await
}

async fn answer(
    app: &App,
    caller: &TokenCaller,
    about: About,
    side: Option<Direction>,
    GroupQuery(page): GroupQuery<Page>,
    req: &HttpRequest,
) -> Result<HttpResponse, GroupError> {
    let found = list_join_requests(app, caller, about, side, &page).await?;
    let found = found.map(dto::Invite::from);
    Ok(page::answer(req, found.next, &found.items))
}

pub(crate) async fn update(
    app: web::Data<App>,
    caller: Caller,
    GroupPath(id): GroupPath<UuidText>,
    GroupJsonOrNothing(change): GroupJsonOrNothing<dto::UpdateInvite>,
) -> Result<HttpResponse, GroupError> {
    let changed = change_join_request(&app, caller.0.user, id.0, change.into())
        .await
        .map_err(errors::change)?;
    Ok(HttpResponse::Ok().json(dto::Invite::from(changed)))
}

pub(crate) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    GroupPath(id): GroupPath<UuidText>,
) -> Result<HttpResponse, GroupError> {
    delete_join_request(&app, caller.0.user, id.0)
        .await
        .map_err(errors::change)?;
    Ok(HttpResponse::NoContent().finish())
}
