//! `/n/{user}/{path}/-/collaborators`, for the owner.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page;
use latchkey_contracts::namespaces::scopes::{NamespaceDelete, NamespaceRead};
use latchkey_contracts::namespaces::{Caller, FieldsError, Path, Query};
use latchkey_peers::users::UserView;

use super::dto;
use super::input::{At, Wanted, page_of};
use super::links::Links;
use crate::app::App;
use crate::app::namespace::collaborators::{list_collaborators, remove_collaborator};
use crate::app::namespace::find::{find_owned, find_user};

pub(super) async fn list(
    app: web::Data<App>,
    caller: Caller<NamespaceRead>,
    at: Path<At>,
    wanted: Result<Query<Wanted>, FieldsError>,
    links: Links,
    req: HttpRequest,
) -> Result<HttpResponse, FieldsError> {
    let (me, at) = (UserView::from(caller.0), at.address());
    let page = page_of(wanted, find_owned(&app, &me, &at)).await?;
    let (namespace, found) = list_collaborators(&app, &me, &at, page).await?;
    let view = |one| dto::Collaborator::new(&links, &me.username, &namespace.path, one);
    let found = found.map(view);
    Ok(page::answer(&req, found.next, &found.items))
}

pub(super) async fn remove(
    app: web::Data<App>,
    caller: Caller<NamespaceDelete>,
    at: Path<At>,
) -> Result<HttpResponse, FieldsError> {
    let namespace = find_owned(&app, &caller.0.into(), &at.address()).await?;
    let user = find_user(&app, &at.username).await?;
    if remove_collaborator(&app, namespace.root_id, user.id).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(FieldsError::NotFound)
    }
}
