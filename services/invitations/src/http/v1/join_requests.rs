//! `/v1/join-requests`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::audit::Way;
use latchkey_common::auth::{Known, Refused};
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::secret::Secret;
use latchkey_common::server::ClientAddress;
use latchkey_common::wire::form::{Form, FromForm};
use latchkey_contracts::v1::ids::{self, Channel, Id, Namespace};
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::{InvitationRead, InvitationWrite, RequestDecide};
use latchkey_contracts::v1::{Answer, Body, Caller, MaybeCaller, Path, Problem, Query, list};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::applications::{applying, send, whose};
use super::invitations::{answer, bytes, met};
use super::request_shapes::RequestShape;
use super::wishes::{LONGEST_SECRET, ends_after, part, target, which_group};
use super::{account, request_address, request_errors as errors};
use crate::app::App;
use crate::app::invitation::make::Wanted;
use crate::app::join_request::apply::Applying;
use crate::app::join_request::approve::approve_for;
use crate::app::join_request::ask::{Asking, ask_to_join};
use crate::app::join_request::decider::Decider;
use crate::app::join_request::list::{About, list_requests, show_request};
use crate::app::join_request::reject::reject_request;
use crate::app::join_request::view::RequestView;
use crate::app::join_request::withdraw::withdraw_request;
use crate::domain::group::Role;
use crate::domain::invitation::InvitationId;
use crate::domain::join_request::MAX_MESSAGE;
use crate::domain::namespace::NamespaceId;

/// The site itself, among the things to come into.
const SITE: &str = "site";

/// `POST /v1/join-requests`.
#[derive(Debug)]
pub(crate) enum NewRequest {
    /// Into something.
    Into(Asking),
    /// Into the site itself.
    Site(Applying),
}

/// Where a request leads.
enum Target {
    Into(Wanted),
    Site,
}

impl FromForm for NewRequest {
    fn from_form(form: &mut Form<'_>) -> Option<Self> {
        let what = "This must be the id of a channel, a group or a namespace, or site.";
        let target = form.parsed("target", what, |text| {
            let into = || asked_for(text).map(Target::Into);
            (text == SITE).then_some(Target::Site).or_else(into)
        });
        let wanted = match target {
            Some(Target::Site) => return applying(form).map(Self::Site),
            Some(Target::Into(wanted)) => Some(wanted),
            None => None,
        };
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
        Some(Self::Into(Asking {
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
    client: ClientAddress,
    caller: MaybeCaller<InvitationWrite>,
    body: Body<NewRequest>,
) -> Result<HttpResponse, Problem> {
    let whose = match (&caller.0, &body.value) {
        (Some(known), _) => account(known).to_string(),
        (None, NewRequest::Site(said)) => whose(said),
        (None, NewRequest::Into(_)) => return Err(Refused::NoSession.into()),
    };
    let (asked, call) = body.of(whose);
    match (caller.0, asked) {
        (Some(known), NewRequest::Into(asking)) => ask(&app, &known, asking, call).await,
        (None, NewRequest::Site(said)) => {
            app.limits.check("application", client.0)?;
            send(&app, said, call).await
        }
        (Some(_), NewRequest::Site(_)) => {
            let detail = "Whoever has an account needs no other.";
            Err(Problem::wrong_at("#/target", "conflict", detail))
        }
        (None, NewRequest::Into(_)) => Err(Refused::NoSession.into()),
    }
}

async fn ask(
    app: &App,
    known: &Known,
    asking: Asking,
    call: Option<OneCall>,
) -> Result<HttpResponse, Problem> {
    let now = app.db.now().process();
    let asked = ask_to_join(app, known, asking, call, move |view: RequestView| {
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
        let what = "This must be the id of a channel, a group or a namespace, or site.";
        let target = parameters.parsed("target", what, |text| {
            let into = || target(text).map(|(kind, target)| About::Target(kind, target));
            (text == SITE).then_some(About::Site).or_else(into)
        });
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
            (None, Some(about)) => about,
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

fn decider(caller: &Known) -> Decider {
    Decider::person(caller.user, &caller.username, Way::V1)
}

pub(crate) async fn approve(
    app: web::Data<App>,
    caller: Caller<RequestDecide>,
    id: Path<ids::Request>,
    body: Body<Approve>,
) -> Result<HttpResponse, Problem> {
    let (Approve(ends_after), call) = body.of(account(&caller));
    let id = InvitationId(id.0.number());
    let approved = approve_for(&app, &decider(&caller), id, ends_after, call).await;
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
    let rejected = reject_request(&app, &decider(&caller), id, reason, call, render).await;
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
