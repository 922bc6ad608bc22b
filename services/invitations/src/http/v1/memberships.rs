//! `/v1/memberships`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::clock::Millis;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_contracts::v1::problem::catalogue as kinds;
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::{InvitationRead, InvitationWrite};
use latchkey_contracts::v1::{Answer, Body, Caller, IfMatch, Problem, Query, list, times};
use latchkey_peers::channels::ChannelId;
use latchkey_peers::channels::members::MemberError;
use serde::Serialize;

use super::bounds::ahead;
use super::invitations::{answer, bytes};
use super::membership_ids::{MemberPath, text};
use super::shapes::GrantShape;
use super::wishes::{End, part, target};
use super::{account, errors};
use crate::app::App;
use crate::app::membership::change::{ChangeError, change_end};
use crate::app::membership::list::{MemberView, Place, list_members, show_member};
use crate::app::membership::remove::remove_member;
use crate::domain::changed::Changed;
use crate::domain::group::GroupId;
use crate::domain::kind::Kind;
use crate::domain::membership::MemberKey;
use crate::domain::namespace::NamespaceId;

/// Somebody who is in.
#[derive(Serialize)]
pub(super) struct MembershipShape {
    id: String,
    account: Id<ids::Account>,
    username: Option<String>,
    grant: GrantShape,
    joined_at: String,
    ends_at: Option<String>,
}

impl From<MemberView> for MembershipShape {
    fn from(view: MemberView) -> Self {
        let member = view.member;
        Self {
            id: text(member.key),
            account: Id::of(member.user.0),
            username: view.username,
            grant: member.grant.into(),
            joined_at: member.joined_at.rfc3339(),
            ends_at: member.ends_at.map(Millis::rfc3339),
        }
    }
}

fn refused(error: MemberError) -> Problem {
    Problem::of(match error {
        MemberError::NotFound => &kinds::NOT_FOUND,
        MemberError::NotAllowed => &kinds::MAY_NOT_REMOVE,
        MemberError::Owner => &kinds::OWNER_STAYS,
        MemberError::Own => &kinds::OWN_MEMBERSHIP,
        MemberError::Changed => &kinds::PRECONDITION_FAILED,
        MemberError::Fault(fault) => return fault.into(),
    })
}

fn unchanged(error: ChangeError) -> Problem {
    match error {
        ChangeError::Key(refusal) => errors::key(refusal),
        ChangeError::Changed => Problem::of(&kinds::PRECONDITION_FAILED),
        ChangeError::Member(error) => refused(error),
        ChangeError::Fault(fault) => fault.into(),
    }
}

/// `GET /v1/memberships`.
#[derive(Debug)]
pub(crate) struct Listed {
    target: Option<Place>,
    page: list::Page,
}

impl FromQuery for Listed {
    fn from_query(parameters: &mut Parameters) -> Self {
        let what = "This must be the id of a channel, a group or a namespace.";
        Self {
            target: parameters.parsed("target", what, place),
            page: list::Page::read(parameters),
        }
    }
}

fn place(text: &str) -> Option<Place> {
    Some(match target(text)? {
        (Kind::Channel, id) => Place::Channel(ChannelId(id)),
        (Kind::Group, id) => Place::Group(GroupId(id)),
        (Kind::Namespace, id) => Place::Tree(NamespaceId(id)),
        (Kind::Registration | Kind::Choir, _) => return None,
    })
}

/// What a row is known by in its list.
const fn key(view: &MemberView) -> i64 {
    match view.member.key {
        MemberKey::Channel(id) => id.0,
        MemberKey::Group(id) => id.0,
        MemberKey::Tree(_, user) => user.0,
    }
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    query: Query<Listed>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query(Listed { target, page }) = query;
    let target = target.ok_or_else(|| {
        let detail = "Say whose members: the id of a channel, a group or a namespace.";
        Problem::wrong_at("?target", "required", detail)
    })?;
    let found = list_members(&app, caller.user, target, part(&page)).await;
    let rows = found.map_err(refused)?;
    Ok(list::answer(&req, &page, rows, key, MembershipShape::from))
}

pub(crate) async fn show(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: MemberPath,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let found = show_member(&app, caller.user, id.0).await;
    let shape = MembershipShape::from(found.map_err(refused)?);
    Ok(Answer::of(&shape)?.unless_known(&req))
}

/// A merge patch (RFC 7396): an end that is null goes.
#[derive(Debug)]
pub(crate) struct Patch(Changed<Millis>);

impl FromForm for Patch {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        if form.cleared("ends_at") {
            return Some(Self(Changed::Cleared));
        }
        let what = "This must be a time with an offset, such as 2026-12-24T18:00:00Z.";
        let end = form.parsed("ends_at", what, times::time);
        Some(Self(end.map_or(Changed::Kept, Changed::To)))
    }
}

pub(crate) async fn edit(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: MemberPath,
    condition: IfMatch,
    body: Body<Patch>,
) -> Result<HttpResponse, Problem> {
    let (Patch(end), call) = body.of(account(&caller));
    if let Changed::To(end) = end {
        let detail = "This must lie ahead.";
        ahead(&app, End::At(end))
            .map_err(|_behind| Problem::wrong_at("#/ends_at", "range", detail))?;
    }
    let shown = |view: MemberView| Answer::of(&MembershipShape::from(view));
    let is_meant = |view: &MemberView| Ok(condition.means(&shown(view.clone())?));
    let render = move |view| bytes(&shown(view)?);
    let changed = change_end(&app, caller.user, id.0, end, call, is_meant, render).await;
    answer(&changed.map_err(unchanged)?)
}

pub(crate) async fn remove(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: MemberPath,
) -> Result<HttpResponse, Problem> {
    remove_member(&app, caller.user, id.0)
        .await
        .map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}
