//! `/invitations`: what somebody has made, and looking after it.

mod act;
mod one;
mod story;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::auth::Known;
use latchkey_common::clock::Millis;
use latchkey_common::page::Paged;
use latchkey_contracts::pages::{INVITATIONS, INVITE};
use latchkey_contracts::v1::ids::{self, Id};
use latchkey_pages::words::made::Made;
use latchkey_pages::{Member, Visitor, fill, moment, span};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use self::act::submit;
pub(super) use self::one::show;
use crate::app::App;
use crate::app::invitation::list::{Part, Wanted};
use crate::app::invitation::mine::{Named, list_mine};
use crate::domain::grant::Grant;
use crate::domain::invitation::{Invitation, State};
use crate::http::pages::landing::stay_of;

/// Invitations on one page.
const SIZE: i64 = 25;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
    #[serde(default)]
    state: String,
}

pub(crate) async fn list(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Opened { after, state } = query.map(web::Query::into_inner).unwrap_or_default();
    let is_open = match state.as_str() {
        "open" => Some(true),
        "ended" => Some(false),
        _ => None,
    };
    let wanted = Wanted {
        is_open,
        ..Wanted::default()
    };
    let part = Part {
        after,
        limit: SIZE + 1,
        is_newest_first: true,
    };
    let known = Known::from(member.caller);
    let visitor = member.visitor;
    match list_mine(&app, &known, wanted, part).await {
        Ok(rows) => {
            let page = Paged::cut(rows, SIZE, |row| row.shown.invitation.id.0);
            let now = app.db.now().process();
            let body = listed(&visitor, &page, is_open, after.is_none(), now);
            visitor.page(StatusCode::OK, visitor.language().made().title, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

fn listed(
    visitor: &Visitor,
    page: &Paged<Named>,
    is_open: Option<bool>,
    is_first: bool,
    now: Millis,
) -> Markup {
    let words = visitor.language().made();
    let filters = [
        (None, INVITATIONS.to_owned(), words.all),
        (Some(true), format!("{INVITATIONS}?state=open"), words.open),
        (
            Some(false),
            format!("{INVITATIONS}?state=ended"),
            words.ended,
        ),
    ];
    let here = match is_open {
        None => "",
        Some(true) => "&state=open",
        Some(false) => "&state=ended",
    };
    html! {
        h1 { (words.title) }
        p { a href=(INVITE) { (words.make) } }
        div.pages role="group" aria-label=(words.filters) {
            @for (which, place, name) in &filters {
                a href=(place) aria-current=[(*which == is_open).then_some("true")] { (name) }
            }
        }
        @if page.items.is_empty() {
            p { (if is_open.is_none() && is_first { words.none } else { words.none_here }) }
        }
        @for one in &page.items { (row(visitor, one, now)) }
        p.pages {
            @if !is_first { a href=(format!("{INVITATIONS}?{}", here.trim_start_matches('&'))) { (words.newest) } }
            @if let Some(next) = page.next {
                a href=(format!("{INVITATIONS}?after={next}{here}")) { (words.older) }
            }
        }
    }
}

fn row(visitor: &Visitor, one: &Named, now: Millis) -> Markup {
    let words = visitor.language().made();
    let invitation = &one.shown.invitation;
    let id = Id::<ids::Invitation>::of(invitation.id.0);
    let gives = gives(visitor, one).join(", ");
    html! {
        article {
            h2 { a href=(format!("{INVITATIONS}/{id}")) { (title(one).unwrap_or(&gives)) } }
            @if title(one).is_some() { p.quiet { (gives) } }
            p.quiet { (standing(visitor, invitation, now)) " · " (moment(invitation.created_at)) }
            @if let Some(whom) = whom(words, one) { p.quiet { (whom) } }
        }
    }
}

/// What its maker calls it.
fn title(one: &Named) -> Option<&str> {
    let label = one.shown.texts.label.as_deref();
    label.map(str::trim).filter(|label| !label.is_empty())
}

/// What it gives, by name, and for how long where that is not for good.
fn gives(visitor: &Visitor, one: &Named) -> Vec<String> {
    let words = visitor.language().made();
    let things = one.shown.grants.iter().zip(&one.things);
    let named = things.map(|(promise, thing)| {
        let sentence = match promise.grant {
            Grant::Account => return words.account.to_owned(),
            Grant::Channel(..) => words.channel,
            Grant::Group(..) => words.group,
            Grant::Namespace(_) => words.namespace,
        };
        let Some(name) = &thing.name else {
            return words.lost.to_owned();
        };
        let named = fill(sentence, &[("target", name)]);
        match stay_of(promise) {
            Some(stay) => format!("{named} ({})", span(visitor.language(), stay)),
            None => named,
        }
    });
    named.collect()
}

/// "3 of 10 used, ends in 2 days", or how it ended.
pub(super) fn standing(visitor: &Visitor, row: &Invitation, now: Millis) -> String {
    let words = visitor.language().made();
    let (used, all) = (row.used.to_string(), row.max_uses.to_string());
    let used = fill(words.used, &[("used", &used), ("all", &all)]);
    let state = state(words, row, now);
    if state == words.is_open {
        format!("{used}, {}", left(visitor, row.expires_at, now))
    } else {
        format!("{used}, {state}")
    }
}

fn state(words: &Made, row: &Invitation, now: Millis) -> &'static str {
    match row.state {
        State::Open if row.is_pending(now) => words.is_open,
        State::Open | State::Expired => words.is_expired,
        State::Accepted | State::UsedUp => words.is_used_up,
        State::Declined => words.is_declined,
        State::Withdrawn => words.is_revoked,
    }
}

fn left(visitor: &Visitor, end: Option<Millis>, now: Millis) -> String {
    let words = visitor.language().made();
    let Some(end) = end else {
        return words.ends_never.to_owned();
    };
    let span = span(visitor.language(), end.since(now));
    fill(words.ends_in, &[("span", &span)])
}

fn whom(words: &Made, one: &Named) -> Option<String> {
    let row = &one.shown.invitation;
    match (&row.recipient_email, row.recipient_id, &one.recipient) {
        (Some(address), ..) => Some(fill(words.for_address, &[("address", address)])),
        (None, Some(_), Some(name)) => Some(fill(words.for_named, &[("name", name)])),
        (None, Some(_), None) => Some(words.for_person.to_owned()),
        (None, None, _) => None,
    }
}
