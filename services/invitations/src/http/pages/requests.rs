//! `/requests?channel=`: who asks to come into one thing, for whoever decides there.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::audit::Way;
use latchkey_common::auth::{Caller, Known};
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::page::Paged;
use latchkey_common::text;
use latchkey_contracts::pages::{CHANNELS, INBOX, REQUESTS};
use latchkey_pages::words::inbox::Inbox;
use latchkey_pages::{
    Member, Submission, Typed, Visitor, fill, form_call, form_key, hidden, lead_to, moment, note,
    trouble,
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::app::invitation::list::Part;
use crate::app::join_request::approve::{DecideError, approve_request};
use crate::app::join_request::decider::Decider;
use crate::app::join_request::list::{About, ListError, list_requests};
use crate::app::join_request::reject::reject_request;
use crate::app::join_request::view::RequestView;
use crate::domain::application::Application;
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Kind;

/// Requests on one page. Each has a form.
const SIZE: i64 = 25;

/// Characters of a reason, as in `/v1`.
const MOST_REASON: usize = 500;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    channel: Option<i64>,
    group: Option<i64>,
    namespace: Option<i64>,
    site: Option<i64>,
    after: Option<i64>,
    #[serde(default)]
    done: String,
}

/// Into what people ask to come.
#[derive(Debug, Clone, Copy)]
struct Target(Kind, i64);

impl Target {
    /// The place itself: people ask for an account.
    const SITE: Self = Self(Kind::Registration, 1);

    fn of(opened: &Opened) -> Option<Self> {
        let channel = opened.channel.map(|id| Self(Kind::Channel, id));
        let group = || opened.group.map(|id| Self(Kind::Group, id));
        let namespace = || opened.namespace.map(|id| Self(Kind::Namespace, id));
        let site = || opened.site.map(|_| Self::SITE);
        channel.or_else(group).or_else(namespace).or_else(site)
    }

    /// The same from a form of ours.
    fn sent(typed: &Typed) -> Option<Self> {
        let of = |kind: Kind| Some(Self(kind, typed.value(Self(kind, 0).name()).parse().ok()?));
        let mut kinds = [
            Kind::Channel,
            Kind::Group,
            Kind::Namespace,
            Kind::Registration,
        ]
        .into_iter();
        kinds.find_map(of)
    }

    /// How addresses and forms call it.
    fn name(self) -> &'static str {
        if self.0 == Kind::Registration {
            "site"
        } else {
            self.0.as_str()
        }
    }

    fn about(self) -> About {
        if self.0 == Kind::Registration {
            About::Site
        } else {
            About::Target(self.0, self.1)
        }
    }

    fn place(self) -> String {
        format!("{REQUESTS}?{}={}", self.name(), self.1)
    }
}

/// What is said about what somebody wanted to do.
#[derive(Default)]
struct Said {
    status: Option<StatusCode>,
    done: Option<&'static str>,
    above: Option<&'static str>,
    /// The request whose reason is too long, with that reason.
    long: Option<(i64, String)>,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let opened = query.map(web::Query::into_inner).unwrap_or_default();
    let words = member.visitor.language().inbox();
    let said = Said {
        done: match opened.done.as_str() {
            "approved" => Some(words.approved),
            "rejected" => Some(words.rejected),
            _ => None,
        },
        ..Said::default()
    };
    match Target::of(&opened) {
        Some(target) => page(&app, &member, target, opened.after, said).await,
        None => unknown(&member.visitor),
    }
}

pub(crate) async fn submit(app: web::Data<App>, form: Submission) -> HttpResponse {
    let Submission { member, sent } = form;
    let (visitor, words) = (&member.visitor, member.visitor.language().inbox());
    let unreadable = || visitor.trouble(&Fault::invalid("the form cannot be read").into());
    let Some(typed) = sent else {
        return unreadable();
    };
    let (Some(target), Ok(id)) = (Target::sent(&typed), typed.value("id").parse()) else {
        return unreadable();
    };
    let said = match act(&app, &member.caller, id, &typed).await {
        Ok(done) => {
            return lead_to(&format!("{}&done={done}", target.place()));
        }
        Err(Refused::Fault(fault)) => return visitor.trouble(&fault.into()),
        Err(Refused::Because(status, sentence)) => Said {
            status: Some(status),
            above: Some(sentence(words)),
            ..Said::default()
        },
        Err(Refused::Long(reason)) => Said {
            status: Some(StatusCode::BAD_REQUEST),
            above: Some(visitor.words().form_trouble),
            long: Some((id, reason)),
            ..Said::default()
        },
    };
    page(&app, &member, target, None, said).await
}

/// Why nothing was done.
enum Refused {
    Because(StatusCode, fn(&Inbox) -> &'static str),
    Long(String),
    Fault(Fault),
}

impl From<DecideError> for Refused {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::Key(KeyRefusal::InProgress) => {
                Self::Fault(Fault::overloaded("the same form"))
            }
            DecideError::Fault(fault) => Self::Fault(fault),
            DecideError::AlreadyMember => Self::Because(StatusCode::CONFLICT, |words| words.member),
            DecideError::TargetClosed => Self::Because(StatusCode::GONE, |words| words.closed),
            DecideError::Key(KeyRefusal::OtherCall)
            | DecideError::NoEnd
            | DecideError::NotFound
            | DecideError::Own
            | DecideError::Decided => Self::Because(StatusCode::CONFLICT, |words| words.gone),
        }
    }
}

/// Does it, and answers a word for what was done.
async fn act(app: &App, me: &Caller, id: i64, typed: &Typed) -> Result<&'static str, Refused> {
    let verb = typed.value("do");
    let reason = typed.text("reason");
    let asked = format!("requests {verb} {id} {reason}");
    let (by, id) = (me.user, InvitationId(id));
    let who = Decider::person(by, &me.username, Way::Page);
    let call = form_call(by, typed.value("key"), &asked);
    match verb {
        "approve" => {
            approve_request(app, &who, id, call).await?;
            Ok("approved")
        }
        "reject" if !text::has_length(&reason, 0, MOST_REASON) || reason.contains('\0') => {
            Err(Refused::Long(reason))
        }
        "reject" => {
            let reason = Some(reason).filter(|text| !text.trim().is_empty());
            reject_request(app, &who, id, reason, call, |_| Ok(Vec::new())).await?;
            Ok("rejected")
        }
        _ => Err(Refused::Fault(Fault::invalid("there is no such button"))),
    }
}

fn unknown(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().inbox();
    let body = html! {
        h1 { (words.requests_unknown) }
        p { (words.requests_unknown_text) }
        p { a href=(INBOX) { (words.back) } }
    };
    visitor.page(StatusCode::NOT_FOUND, words.requests_unknown, &body)
}

async fn page(
    app: &App,
    member: &Member,
    target: Target,
    after: Option<i64>,
    said: Said,
) -> HttpResponse {
    let visitor = &member.visitor;
    let known = Known::from(member.caller.clone());
    let part = Part {
        after,
        limit: SIZE + 1,
        is_newest_first: false,
    };
    match list_requests(app, &known, target.about(), Some(true), part).await {
        Ok(rows) => {
            let page = Paged::cut(rows, SIZE, |row| row.request.invitation.id.0);
            let status = said.status.unwrap_or(StatusCode::OK);
            let body = listed(visitor, target, &page, &said);
            visitor.page_with_form(status, visitor.language().inbox().requests, &body)
        }
        Err(ListError::NotFound) => unknown(visitor),
        Err(ListError::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

fn listed(visitor: &Visitor, target: Target, page: &Paged<RequestView>, said: &Said) -> Markup {
    let words = visitor.language().inbox();
    html! {
        h1 { (words.requests) }
        @if let Some(said) = said.above { (trouble(said)) }
        @if let Some(said) = said.done { (note(&html! { p { (said) } })) }
        p {
            @if target.0 == Kind::Channel {
                a href=(format!("{CHANNELS}/{}", target.1)) { (words.to_channel) }
            } @else {
                a href=(INBOX) { (words.back) }
            }
        }
        @if page.items.is_empty() { p { (words.requests_none) } }
        @for one in &page.items { (row(visitor, target, one, said)) }
        @if let Some(next) = page.next {
            p { a href=(format!("{}&after={next}", target.place())) { (words.older) } }
        }
    }
}

fn row(visitor: &Visitor, target: Target, one: &RequestView, said: &Said) -> Markup {
    let words = visitor.language().inbox();
    let id = one.request.invitation.id.0;
    let applicant = one.request.application.as_ref();
    let called = applicant.map(|one| one.name.as_str());
    let name = one.username.as_deref().or(called);
    let name = name.unwrap_or(words.somebody);
    let long = said.long.as_ref().filter(|(which, _)| *which == id);
    let (field, label) = (
        format!("reason-{id}"),
        fill(words.reason, &[("name", name)]),
    );
    let (error, hint) = (format!("{field}-error"), format!("{field}-hint"));
    let told = match long {
        Some(_) => format!("{error} {hint}"),
        None => hint.clone(),
    };
    html! {
        article {
            h2 dir="auto" { (name) }
            @if let Some(message) = &one.request.message { blockquote { (message) } }
            @if let Some(applicant) = applicant { (said_of_oneself(visitor, applicant)) }
            p.quiet { (words.since) " " (moment(one.request.invitation.created_at)) }
            form method="post" action=(visitor.action(REQUESTS)) {
                (form_key())
                (hidden("id", &id.to_string()))
                (hidden(target.name(), &target.1.to_string()))
                label for=(field) { (label) }
                textarea id=(field) name="reason" rows="2" maxlength=(MOST_REASON)
                    aria-describedby=(told) aria-invalid=[long.map(|_| "true")] {
                    @if let Some((_, typed)) = long { (typed) }
                }
                @if long.is_some() { p.error id=(error) { (words.reason_long) } }
                p.hint id=(hint) { (words.reason_hint) }
                div.choices {
                    button.first name="do" value="approve"
                        aria-label=(format!("{}: {name}", words.approve)) { (words.approve) }
                    button.second name="do" value="reject"
                        aria-label=(format!("{}: {name}", words.reject)) { (words.reject) }
                }
            }
        }
    }
}

/// What somebody says who has no account.
fn said_of_oneself(visitor: &Visitor, applicant: &Application) -> Markup {
    let words = visitor.language().apply();
    html! {
        @if let Some(email) = &applicant.email {
            p.quiet { (fill(words.address, &[("email", email)])) }
        }
        dl.settings {
            @for one in applicant.answers() {
                dt { (one.question) }
                dd { blockquote { (one.answer) } }
            }
        }
    }
}
