//! `/n/{user}/{path}/-/collaborators`, for the owner.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::{NamespaceDelete, NamespaceRead};
use latchkey_common::page;
use latchkey_common::wire::fields::FieldsError;

use super::input::{At, Wanted};
use super::links::Links;
use super::{With, dto, errors};
use crate::app::App;
use crate::app::namespace::collaborators::{list_collaborators, remove_collaborator};
use crate::app::namespace::find::{find_owned, find_user};

pub(super) async fn list(
    app: web::Data<App>,
    caller: With<NamespaceRead>,
    at: At,
    wanted: Wanted,
    links: Links,
    req: HttpRequest,
) -> Result<HttpResponse, FieldsError> {
    let namespace = find_owned(&app, caller.0.user, &at.address)
        .await
        .map_err(errors::namespace)?;
    let (page, _) = wanted.read()?;
    let found = list_collaborators(&app, namespace.root_id, page).await?;
    let view = |one| dto::Collaborator::new(&links, &caller.0.username, &namespace.path, one);
    let found = found.map(view);
    Ok(page::answer(&req, found.next, &found.items))
}

pub(super) async fn remove(
    app: web::Data<App>,
    caller: With<NamespaceDelete>,
    at: At,
) -> Result<HttpResponse, FieldsError> {
    let namespace = find_owned(&app, caller.0.user, &at.address)
        .await
        .map_err(errors::namespace)?;
    let user = find_user(&app, &at.username)
        .await
        .map_err(errors::namespace)?;
    if remove_collaborator(&app, namespace.root_id, user.id).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(FieldsError::NotFound)
    }
}
