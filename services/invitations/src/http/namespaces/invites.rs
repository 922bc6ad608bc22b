//! `/invites` and `/n/{user}/{path}/-/invites`.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::{AnyScope, Scopes};
use latchkey_common::page::{self, Paged};
use latchkey_contracts::namespaces::scopes::{
    InviteDelete, InviteRead, InviteWrite, NamespaceRead,
};
use latchkey_contracts::namespaces::{Caller, FieldsError, Path, Query};
use latchkey_peers::users::UserView;

use super::dto;
use super::input::{At, Form, Wanted, page_of};
use super::links::Links;
use crate::app::App;
use crate::app::namespace::accept_invitation::accept_namespace_invitation;
use crate::app::namespace::end_invitation::end_namespace_invitation;
use crate::app::namespace::find::find_owned;
use crate::app::namespace::invite::invite_to_namespace;
use crate::app::namespace::list_invitations::{InvitationView, list_into, list_received};
use crate::domain::invitation::InvitationId;

pub(super) async fn list_mine(
    app: web::Data<App>,
    caller: Caller<InviteRead>,
    wanted: Query<Wanted>,
    links: Links,
    req: HttpRequest,
) -> Result<HttpResponse, FieldsError> {
    let open = list_received(&app, caller.0.into(), wanted.page).await?;
    Ok(answer(&req, &links, open))
}

/// The contract's manual asks for `namespace:read` here and its server for `invite:read`: either
/// will do.
pub(super) async fn list(
    app: web::Data<App>,
    caller: Caller<AnyScope>,
    at: Path<At>,
    wanted: Result<Query<Wanted>, FieldsError>,
    links: Links,
    req: HttpRequest,
) -> Result<HttpResponse, FieldsError> {
    let may_read =
        |scopes: &Scopes| scopes.allow::<InviteRead>() || scopes.allow::<NamespaceRead>();
    if !may_read(&caller.scopes) {
        return Err(FieldsError::NotFound);
    }
    let (me, at) = (UserView::from(caller.0), at.address());
    let page = page_of(wanted, find_owned(&app, &me, &at)).await?;
    let open = list_into(&app, me, &at, page).await?;
    Ok(answer(&req, &links, open))
}

fn answer(req: &HttpRequest, links: &Links, open: Paged<InvitationView>) -> HttpResponse {
    let open = open.map(|view| dto::Invite::new(links, view));
    page::answer(req, open.next, &open.items)
}

pub(super) async fn create(
    app: web::Data<App>,
    caller: Caller<InviteWrite>,
    at: Path<At>,
    form: Form,
    links: Links,
) -> Result<HttpResponse, FieldsError> {
    let me = UserView::from(caller.0);
    let namespace = find_owned(&app, &me, &at.address()).await?;
    let mut fields = form.read("handle")?;
    let handle = fields.text("handle");
    fields.check()?;
    let handle = handle.filter(|handle| !handle.is_empty()).ok_or_else(|| {
        FieldsError::field("handle", "A username or an e-mail address is required.")
    })?;
    let made = invite_to_namespace(&app, me, namespace, &handle).await?;
    // The document says 200; the client that looks under the prefix takes nothing but 201.
    let status = if links.is_api() {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(HttpResponse::build(status).json(dto::Invite::new(&links, made)))
}

pub(super) async fn accept(
    app: web::Data<App>,
    caller: Caller<InviteWrite>,
    id: web::Path<String>,
    links: Links,
) -> Result<HttpResponse, FieldsError> {
    let id = read_id(&id)?;
    let accepted = accept_namespace_invitation(&app, caller.0.into(), id).await?;
    Ok(HttpResponse::Ok().json(dto::Accepted::new(&links, accepted)))
}

pub(super) async fn end(
    app: web::Data<App>,
    caller: Caller<InviteDelete>,
    id: web::Path<String>,
) -> Result<HttpResponse, FieldsError> {
    end_namespace_invitation(&app, caller.user, read_id(&id)?).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What is no number names nothing.
fn read_id(text: &str) -> Result<InvitationId, FieldsError> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_digits);
    number.map(InvitationId).ok_or(FieldsError::NotFound)
}
