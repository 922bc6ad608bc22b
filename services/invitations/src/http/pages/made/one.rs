//! `/invitations/{inv}`: one of them, with what may be done about it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Known;
use latchkey_contracts::pages::INVITATIONS;
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::{Field, Member, Typed, Visitor, fill, form_key, hidden, select, trouble};
use maud::{Markup, html};

use super::story::{came, story};
use super::{gives, standing, title, whom};
use crate::app::App;
use crate::app::invitation::list::Part;
use crate::app::invitation::mine::{Whole, show_mine};
use crate::app::invitation::show::ShowError;
use crate::domain::admission::Admission;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::secret::SecretRow;
use crate::http::pages::invite::MOST_MESSAGE;
use crate::http::pages::landing::stay;

/// Who came and what happened: so much of it, the newest first.
const PART: Part = Part {
    after: None,
    limit: 50,
    is_newest_first: true,
};

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    path: web::Path<String>,
) -> HttpResponse {
    let known = Known::from(member.caller);
    page(&app, &member.visitor, &known, &path, Said::default()).await
}

/// Why something was not done.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) status: Option<StatusCode>,
    /// Above the page.
    pub(super) above: Option<String>,
    /// The form for changes as it was sent, and what is wrong with it.
    pub(super) edit: Option<(&'a Typed, Wrong)>,
}

/// What is wrong, and beside which field it stands.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) uses: Option<String>,
    pub(super) end: Option<&'static str>,
    pub(super) message: Option<&'static str>,
}

impl Wrong {
    pub(super) const fn is_none(&self) -> bool {
        self.uses.is_none() && self.end.is_none() && self.message.is_none()
    }
}

/// The page, perhaps with why something was not done.
pub(super) async fn page(
    app: &App,
    visitor: &Visitor,
    known: &Known,
    id: &str,
    refused: Said<'_>,
) -> HttpResponse {
    let words = visitor.language().made();
    let Some(id) = Id::<ids::Invitation>::parse(id) else {
        return unknown(visitor);
    };
    match show_mine(app, known, InvitationId(id.number()), PART).await {
        Ok(whole) => {
            let now = app.db.now().process();
            let is_open = whole.named.shown.invitation.is_pending(now);
            let place = format!("{INVITATIONS}/{id}");
            let most = app.settings.max_uses;
            let gives = gives(visitor, &whole.named).join(", ");
            let title = title(&whole.named);
            let body = html! {
                h1 { (title.unwrap_or(&gives)) }
                @if let Some(said) = &refused.above { (trouble(said)) }
                @if title.is_some() { p { (gives) } }
                p { (standing(visitor, &whole.named.shown.invitation, now)) }
                (about(visitor, &whole))
                @if is_open { (edit(visitor, &place, &whole, most, refused.edit.as_ref())) }
                (ways(visitor, &place, &whole, is_open))
                (came(words, &whole))
                (links(visitor, &place, &whole.secrets, is_open))
                (story(words, &whole, now))
                p { a href=(INVITATIONS) { (words.back) } }
            };
            let status = refused.status.unwrap_or(StatusCode::OK);
            visitor.page_with_form(status, words.title, &body)
        }
        Err(ShowError::NotFound) => unknown(visitor),
        Err(ShowError::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

fn unknown(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().made();
    let body = html! {
        h1 { (words.unknown) }
        p { a href=(INVITATIONS) { (words.back) } }
    };
    visitor.page(StatusCode::NOT_FOUND, words.unknown, &body)
}

fn about(visitor: &Visitor, whole: &Whole) -> Markup {
    let words = visitor.language().made();
    let shown = &whole.named.shown;
    html! {
        @for (promise, thing) in shown.grants.iter().zip(&whole.named.things) {
            @if let (Some(name), Some(stay)) = (&thing.name, stay(visitor, promise)) {
                p { "“" (name) "”: " (stay) }
            }
        }
        @if let Some(whom) = whom(words, &whole.named) { p { (whom) } }
        @if shown.admission == Admission::Request { p { (words.asks) } }
        @if let Some(message) = &shown.texts.message { blockquote { (message) } }
    }
}

fn edit(
    visitor: &Visitor,
    place: &str,
    whole: &Whole,
    most: i64,
    sent: Option<&(&Typed, Wrong)>,
) -> Markup {
    let words = visitor.language().made();
    let invite = visitor.language().invite();
    let row: &Invitation = &whole.named.shown.invitation;
    let most = most.to_string();
    let hint = fill(invite.uses_hint, &[("most", &most)]);
    let ends = [
        ("keep", words.keep_end),
        ("day", invite.end_day),
        ("week", invite.end_week),
        ("month", invite.end_month),
        ("never", invite.end_never),
    ];
    let wrong = sent.map(|(_, wrong)| wrong);
    let typed = |name: &str| sent.map(|(typed, _)| typed.value(name));
    let uses = row.max_uses.to_string();
    let uses = Field {
        name: "uses",
        label: invite.uses,
        hint: &hint,
        value: typed("uses").unwrap_or(&uses),
        error: wrong.and_then(|wrong| wrong.uses.as_deref()),
        fills: "off",
        length: Some((1, 20)),
        keys: "numeric",
        ..Field::default()
    };
    let message = whole.named.shown.texts.message.as_deref();
    let message = Field {
        name: "message",
        label: invite.message,
        hint: invite.message_hint,
        value: typed("message").or(message).unwrap_or_default(),
        error: wrong.and_then(|wrong| wrong.message),
        length: Some((0, MOST_MESSAGE)),
        is_optional: true,
        lines: Some(3),
        ..Field::default()
    };
    let end = typed("end").unwrap_or("keep");
    let bad_end = wrong.and_then(|wrong| wrong.end);
    html! {
        details open[sent.is_some()] {
            summary { (words.edit) }
            form method="post" action=(visitor.action(place)) {
                (form_key())
                @if row.recipient_id.is_none() && row.recipient_email.is_none() { (uses.render()) }
                (select("end", invite.end, &ends, end, bad_end))
                (message.render())
                button name="do" value="edit" { (words.save) }
            }
        }
    }
}

/// What ends it or begins it anew.
fn ways(visitor: &Visitor, place: &str, whole: &Whole, is_open: bool) -> Markup {
    let words = visitor.language().made();
    let count = whole.named.shown.invitation.settled.to_string();
    let withdraw = fill(words.withdraw_hint, &[("count", &count)]);
    html! {
        form method="post" action=(visitor.action(place)) {
            (form_key())
            button.second name="do" value="renew" { (words.renew) }
            p.hint { (words.renew_hint) }
            @if is_open {
                button.bad name="do" value="withdraw" { (words.withdraw) }
                p.hint { (withdraw) }
            }
        }
    }
}

fn links(visitor: &Visitor, place: &str, secrets: &[SecretRow], is_open: bool) -> Markup {
    let words = visitor.language().made();
    html! {
        h2 { (words.links) }
        @for (number, secret) in (1_i64..).zip(secrets) {
            @let name = fill(words.link, &[("number", &number.to_string())]);
            form.choices method="post" action=(visitor.action(place)) {
                (hidden("secret", &secret.id.0.to_string()))
                span { (name) @if secret.revoked_at.is_some() { ": " (words.link_ended) } }
                @if secret.revoked_at.is_none() && is_open {
                    button.second name="do" value="end-link"
                        aria-label=(format!("{}: {name}", words.end_link)) { (words.end_link) }
                }
            }
        }
        @if is_open {
            form method="post" action=(visitor.action(place)) {
                (form_key())
                button.second name="do" value="new-link" { (words.new_link) }
                p.hint { (words.new_link_hint) }
            }
        }
    }
}
