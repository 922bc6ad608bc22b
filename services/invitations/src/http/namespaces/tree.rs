//! `/namespaces`, `/n/{user}/{path}` and `/n/{user}/{path}/-/namespaces`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::page::{self, Paged};
use latchkey_contracts::namespaces::scopes::{NamespaceDelete, NamespaceRead, NamespaceWrite};
use latchkey_contracts::namespaces::{Caller, FieldsError, Path, Query};
use latchkey_peers::users::UserView;

use super::dto;
use super::input::{At, Form, Reader, Wanted, page_of};
use super::links::Links;
use crate::app::App;
use crate::app::namespace::create::{NamespaceForm, create_namespace};
use crate::app::namespace::delete::delete_namespace;
use crate::app::namespace::edit::{Changes, edit_namespace};
use crate::app::namespace::find::{find_owned, find_visible};
use crate::app::namespace::list;
use crate::app::namespace::view::{NamespaceView, show_namespace};
use crate::domain::namespace::Visibility;

pub(super) async fn create(
    app: web::Data<App>,
    caller: Caller<NamespaceWrite>,
    form: Form,
    links: Links,
) -> Result<HttpResponse, FieldsError> {
    let mut fields = form.read("name")?;
    let form = NamespaceForm {
        parent: fields.text("parent"),
        name: fields.text("name").unwrap_or_default(),
        description: fields.text("description").unwrap_or_default(),
        visibility: fields.word("visibility", Visibility::parse),
    };
    fields.check()?;
    let made = create_namespace(&app, caller.0.into(), form).await?;
    Ok(HttpResponse::Created().json(dto::Namespace::new(&links, made)))
}

pub(super) async fn list(
    app: web::Data<App>,
    caller: Caller<NamespaceRead>,
    wanted: Query<Wanted>,
    links: Links,
    req: HttpRequest,
) -> Result<HttpResponse, FieldsError> {
    let Wanted { search, page } = wanted.0;
    let found = list::list_mine(&app, caller.0.into(), search, page).await?;
    Ok(answer(&req, &links, found))
}

pub(super) async fn list_children(
    app: web::Data<App>,
    reader: Reader,
    at: Path<At>,
    wanted: Result<Query<Wanted>, FieldsError>,
    links: Links,
    req: HttpRequest,
) -> Result<HttpResponse, FieldsError> {
    let (who, at) = (reader.0.as_ref(), at.address());
    let page = page_of(wanted, find_visible(&app, who, &at)).await?;
    let found = list::list_children(&app, who, &at, page).await?;
    Ok(answer(&req, &links, found))
}

fn answer(req: &HttpRequest, links: &Links, found: Paged<NamespaceView>) -> HttpResponse {
    let found = found.map(|view| dto::Namespace::new(links, view));
    page::answer(req, found.next, &found.items)
}

pub(super) async fn show(
    app: web::Data<App>,
    reader: Reader,
    at: Path<At>,
    links: Links,
) -> Result<HttpResponse, FieldsError> {
    let found = show_namespace(&app, reader.0.as_ref(), &at.address()).await?;
    Ok(HttpResponse::Ok().json(dto::Namespace::new(&links, found)))
}

pub(super) async fn edit(
    app: web::Data<App>,
    caller: Caller<NamespaceWrite>,
    at: Path<At>,
    form: Form,
    links: Links,
) -> Result<HttpResponse, FieldsError> {
    let me = UserView::from(caller.0);
    let found = find_owned(&app, &me, &at.address()).await?;
    let mut fields = form.read("description")?;
    let changes = Changes {
        description: fields.text("description"),
        visibility: fields.word("visibility", Visibility::parse),
    };
    fields.check()?;
    let edited = edit_namespace(&app, me, found, changes).await?;
    Ok(HttpResponse::Ok().json(dto::Namespace::new(&links, edited)))
}

pub(super) async fn delete(
    app: web::Data<App>,
    caller: Caller<NamespaceDelete>,
    at: Path<At>,
) -> Result<HttpResponse, FieldsError> {
    let found = find_owned(&app, &caller.0.into(), &at.address()).await?;
    if delete_namespace(&app, found).await? {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(FieldsError::NotFound)
    }
}
