//! `GET /v1/events`: what happened, in an envelope of `CloudEvents` 1.0 with its extension `sequence`.

use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_contracts::v1::ids::{self, Id, Noun};
use latchkey_contracts::v1::list::{self, Page};
use latchkey_contracts::v1::query::{FromQuery, Parameters};
use latchkey_contracts::v1::scopes::InvitationRead;
use latchkey_contracts::v1::{Caller, Problem, Query};
use serde::Serialize;

use super::shapes::{Words, reason};
use crate::app::App;
use crate::app::event::list::{Asked, list_events};
use crate::app::invitation::show::Reach;
use crate::domain::event::{Event, EventKind};
use crate::domain::kind::Kind;

/// One thing that happened (`CloudEvents` 1.0, section 3).
#[derive(Serialize)]
pub(super) struct EventShape {
    specversion: Words,
    id: Id<ids::Event>,
    source: String,
    #[serde(rename = "type")]
    kind: Words,
    subject: Option<String>,
    time: String,
    /// Its digits are as many as a place can have: the extension wants them in the order of their letters.
    sequence: String,
    datacontenttype: Words,
    data: Data,
}

#[derive(Serialize)]
struct Data {
    actor: Option<Id<ids::Account>>,
    via: Via,
    account: Option<Id<ids::Account>>,
    target: Option<String>,
    replaces: Option<Id<ids::Invitation>>,
    reason: Option<Words>,
}

/// By what somebody came or asked.
#[derive(Serialize)]
struct Via {
    invitation: Option<Id<ids::Invitation>>,
    request: Option<Id<ids::Request>>,
    secret: Option<Id<ids::Secret>>,
    redemption: Option<Id<ids::Redemption>>,
}

fn text<N: Noun>(number: i64) -> String {
    Id::<N>::of(number).to_string()
}

/// What an event is about, as its target's id.
fn target(event: &Event) -> Option<String> {
    let (kind, id) = (event.target_kind?, event.target_id?);
    match kind {
        Kind::Channel => Some(text::<ids::Channel>(id)),
        Kind::Group => Some(text::<ids::Group>(id)),
        Kind::Namespace => Some(text::<ids::Namespace>(id)),
        Kind::Registration | Kind::Choir => None,
    }
}

impl EventShape {
    fn of(event: &Event, public_url: &str) -> Self {
        let invitation = event.invitation.filter(|_| !event.is_request);
        let request = event.invitation.filter(|_| event.is_request);
        let into = target(event);
        let subject = match (event.redemption, invitation, request) {
            (Some(used), ..) => Some(text::<ids::Redemption>(used.0)),
            (None, Some(id), _) => Some(text::<ids::Invitation>(id.0)),
            (None, None, Some(id)) => Some(text::<ids::Request>(id.0)),
            (None, None, None) => into.clone(),
        };
        Self {
            specversion: "1.0",
            id: Id::of(event.position),
            source: format!("{public_url}/v1"),
            kind: event.kind.as_str(),
            subject,
            time: event.at.rfc3339(),
            sequence: format!("{:019}", event.position),
            datacontenttype: "application/json",
            data: Data {
                actor: event.actor.map(|who| Id::of(who.0)),
                via: Via {
                    invitation: invitation.map(|id| Id::of(id.0)),
                    request: request.map(|id| Id::of(id.0)),
                    secret: event.secret.map(|id| Id::of(id.0)),
                    redemption: event.redemption.map(|id| Id::of(id.0)),
                },
                account: event.person.map(|who| Id::of(who.0)),
                target: into,
                replaces: event.replaces.map(|id| Id::of(id.0)),
                reason: event.reason.map(reason),
            },
        }
    }
}

/// `GET /v1/events`.
#[derive(Debug)]
pub(crate) struct Wanted {
    after: Option<i64>,
    kinds: Vec<EventKind>,
    page: Page,
}

/// The kinds that a text names, with commas between them.
fn kinds(text: &str) -> Option<Vec<EventKind>> {
    text.split(',').map(EventKind::parse).collect()
}

impl FromQuery for Wanted {
    fn from_query(parameters: &mut Parameters) -> Self {
        let event = "This must be the id of an event.";
        let types = "This must be types of events, with commas between them.";
        Self {
            after: parameters.parsed("after", event, |text| {
                Some(Id::<ids::Event>::parse(text)?.number())
            }),
            kinds: parameters.parsed("type", types, kinds).unwrap_or_default(),
            page: Page::forward(parameters),
        }
    }
}

#[derive(Serialize)]
struct Gap {
    gap: bool,
}

pub(crate) async fn list(
    app: web::Data<App>,
    caller: Caller<InvitationRead>,
    query: Query<Wanted>,
    req: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let Query(Wanted { after, kinds, page }) = query;
    let asked = Asked {
        kinds,
        after: page.after.or(after).unwrap_or(0),
        limit: page.fetched(),
    };
    let found = list_events(&app, Reach::of(&caller), asked).await?;
    let more = Gap { gap: found.has_gap };
    let show = |event: Event| EventShape::of(&event, &app.public_url);
    let key = |event: &Event| event.position;
    Ok(list::answer_with(
        &req,
        &page,
        found.events,
        key,
        show,
        &more,
    ))
}
