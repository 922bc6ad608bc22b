//! `/v1/join-requests`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::secret::Secret;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Channel, Id, Namespace};
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::{InvitationRead, InvitationWrite, RequestDecide};
use latchkey_contracts::v1::{Answer, Body, Caller, Path, Problem, Query, list};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::invitations::{answer, bytes, met};
use super::request_shapes::RequestShape;
use super::wishes::{LONGEST_SECRET, ends_after, part, target, which_group};
use super::{account, request_address, request_errors as errors};
use crate::app::App;
use crate::app::invitation::make::Wanted;
use crate::app::join_request::approve::approve_for;
use crate::app::join_request::ask::{Asking, ask_to_join};
use crate::app::join_request::list::{About, list_requests, show_request};
use crate::app::join_request::reject::reject_request;
use crate::app::join_request::view::RequestView;
use crate::app::join_request::withdraw::withdraw_request;
use crate::domain::group::Role;
use crate::domain::invitation::InvitationId;
use crate::domain::join_request::MAX_MESSAGE;
use crate::domain::namespace::NamespaceId;

/// `POST /v1/join-requests`.
#[derive(Debug)]
pub(crate) struct NewRequest(Asking);

impl FromForm for NewRequest {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        let what = "This must be the id of a channel, a group or a namespace.";
        let wanted = form.parsed("target", what, asked_for);
        let words = form.words("permissions", 10, "This must be a permission.", |word| {
            Permission::parse(word)
        });
        let message = form.text("message", 1, MAX_MESSAGE);
        let secret = form.text("secret", 1, LONGEST_SECRET).map(Secret::new);
        let wanted = match (wanted, words) {
            (Some(Wanted::Channel(channel, _)), Some(words)) => {
                Some(Wanted::Channel(channel, words.into_iter().collect()))
            }
            (_, Some(_)) => {
                let detail = "Permissions are asked for in a channel.";
                return form.refuse("permissions", "conflict", detail);
            }
            (wanted, None) => wanted,
        };
        if wanted.is_none() && secret.is_none() {
            form.complain("target", "required", "Give this, or the secret of a link.");
        }
        Some(Self(Asking {
            wanted,
            message,
            secret,
        }))
    }
}

/// In a channel one asks to read and to write.
fn asked_for(text: &str) -> Option<Wanted> {
    let usual: Permissions = [Permission::Read, Permission::Write].into_iter().collect();
    let channel = || Id::<Channel>::parse(text).map(|id| ChannelId(id.number()));
    let namespace = || Id::<Namespace>::parse(text).map(|id| NamespaceId(id.number()));
    let group = || which_group(text).map(|which| Wanted::Group(which, Role::Member));
    channel()
        .map(|id| Wanted::Channel(id, usual))
        .or_else(|| namespace().map(Wanted::Namespace))
        .or_else(group)
}

pub(crate) async fn create(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    body: Body<NewRequest>,
) -> Result<HttpResponse, Problem> {
    let (NewRequest(asking), call) = body.of(account(&caller));
    let now = app.db.now().process();
    let asked = ask_to_join(&app, &caller, asking, call, move |view: RequestView| {
        let place = request_address(Id::of(view.request.invitation.id.0));
        let shape = RequestShape::of(view, now);
        bytes(&Answer::made(&shape, &shape, place)?)
    });
    met(asked.await.map_err(errors::asking)?)
}

/// `GET /v1/join-requests`.
#[derive(Debug)]
pub(crate) struct Listed {
    about: About,
    is_open: Option<bool>,
    page: list::Page,
}

impl FromQuery for Listed {
    fn from_query(parameters: &mut Parameters) -> Self {
        let what = "This must be the id of a channel, a group or a namespace.";
        let target = parameters.parsed("target", what, target);
        let what = "This must be the id of an invitation.";
        let link = parameters.parsed("link", what, Id::<ids::Invitation>::parse);
        let is_open =
            parameters.parsed("state", "This must be open or ended.", |word| match word {
                "open" => Some(true),
                "ended" => Some(false),
                _ => None,
            });
        let about = match (link, target) {
            (Some(link), _) => About::Link(InvitationId(link.number())),
            (None, Some((kind, target))) => About::Target(kind, target),
            (None, None) => About::Mine,
        };
        Self {
            about,
            is_open,
            page: list::Page::read(parameters),
        }
    }
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    query: Query<Listed>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query(Listed {
        about,
        is_open,
        page,
    }) = query;
    let now = app.db.now().process();
    let rows = list_requests(&app, &caller, about, is_open, part(&page)).await;
    let rows = rows.map_err(errors::listing)?;
    let key = |view: &RequestView| view.request.invitation.id.0;
    let show = |view| RequestShape::of(view, now);
    Ok(list::answer(&req, &page, rows, key, show))
}

pub(crate) async fn show(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    id: Path<ids::Request>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let id = InvitationId(id.0.number());
    let found = show_request(&app, &caller, id).await;
    let shape = RequestShape::of(found.map_err(errors::listing)?, app.db.now().process());
    Ok(Answer::of(&shape)?.unless_known(&req))
}

/// There is nothing to say beside the verb.
#[derive(Debug)]
pub(crate) struct Nothing;

impl FromForm for Nothing {
    fn from_form(_: &mut Form<'_>) -> Option<Self> {
        Some(Self)
    }
}

/// For how many milliseconds whoever asked is let in.
#[derive(Debug)]
pub(crate) struct Approve(Option<i64>);

impl FromForm for Approve {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        Some(Self(ends_after(form)))
    }
}

pub(crate) async fn approve(
    app: web::Data<App>,
    caller: Caller<RequestDecide>,
    id: Path<ids::Request>,
    body: Body<Approve>,
) -> Result<HttpResponse, Problem> {
    let (Approve(ends_after), call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let approved = approve_for(&app, caller.user, id, ends_after, call).await;
    let (view, is_replay) = approved.map_err(errors::deciding)?;
    let shape = RequestShape::of(view, app.db.now().process());
    Ok(Answer::of(&shape)?.response(is_replay))
}

#[derive(Debug)]
pub(crate) struct Reject(Option<String>);

impl FromForm for Reject {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        Some(Self(form.text("reason", 1, 500)))
    }
}

pub(crate) async fn reject(
    app: web::Data<App>,
    caller: Caller<RequestDecide>,
    id: Path<ids::Request>,
    body: Body<Reject>,
) -> Result<HttpResponse, Problem> {
    let (Reject(reason), call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let now = app.db.now().process();
    let render = move |view| bytes(&Answer::of(&RequestShape::of(view, now))?);
    let rejected = reject_request(&app, caller.user, id, reason, call, render).await;
    answer(&rejected.map_err(errors::deciding)?)
}

pub(crate) async fn withdraw(
    app: web::Data<App>,
    caller: Caller<InvitationWrite>,
    id: Path<ids::Request>,
    body: Body<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (_, call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let now = app.db.now().process();
    let render = move |view| bytes(&Answer::of(&RequestShape::of(view, now))?);
    let withdrawn = withdraw_request(&app, caller.user, id, call, render).await;
    answer(&withdrawn.map_err(errors::deciding)?)
}
