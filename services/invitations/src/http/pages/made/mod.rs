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
use latchkey_pages::{Member, Visitor, fill};
use maud::{Markup, html};
use serde::Deserialize;

pub(super) use self::act::submit;
pub(super) use self::one::show;
use crate::app::App;
use crate::app::invitation::list::{Part, Wanted};
use crate::app::invitation::mine::{Named, list_mine};
use crate::domain::grant::Grant;
use crate::domain::invitation::{Invitation, State};

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
        @for one in &page.items { (row(words, one, now)) }
        p.pages {
            @if !is_first { a href=(format!("{INVITATIONS}?{}", here.trim_start_matches('&'))) { (words.newest) } }
            @if let Some(next) = page.next {
                a href=(format!("{INVITATIONS}?after={next}{here}")) { (words.older) }
            }
        }
    }
}

fn row(words: &Made, one: &Named, now: Millis) -> Markup {
    let invitation = &one.shown.invitation;
    let id = Id::<ids::Invitation>::of(invitation.id.0);
    html! {
        article {
            h3 { a href=(format!("{INVITATIONS}/{id}")) { (gives(words, one).join(", ")) } }
            p.quiet { (standing(words, invitation, now)) }
            @if let Some(whom) = whom(words, invitation) { p.quiet { (whom) } }
        }
    }
}

/// What it gives, by name.
fn gives(words: &Made, one: &Named) -> Vec<String> {
    let things = one.shown.grants.iter().zip(&one.things);
    let named = things.map(|(promise, thing)| {
        let sentence = match promise.grant {
            Grant::Account => return words.account.to_owned(),
            Grant::Channel(..) => words.channel,
            Grant::Group(..) => words.group,
            Grant::Namespace(_) => words.namespace,
        };
        thing.name.as_ref().map_or_else(
            || words.lost.to_owned(),
            |name| fill(sentence, &[("target", name)]),
        )
    });
    named.collect()
}

/// "3 of 10 used, ends in 2 days", or how it ended.
fn standing(words: &Made, row: &Invitation, now: Millis) -> String {
    let (used, all) = (row.used.to_string(), row.max_uses.to_string());
    let used = fill(words.used, &[("used", &used), ("all", &all)]);
    let state = state(words, row, now);
    if state == words.is_open {
        format!("{used}, {}", left(words, row.expires_at, now))
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

/// In the largest unit of which there are two at least.
fn left(words: &Made, end: Option<Millis>, now: Millis) -> String {
    let Some(end) = end else {
        return words.ends_never.to_owned();
    };
    let minutes = end.since(now).as_secs() / 60;
    let (hours, days) = (minutes / 60, minutes / 60 / 24);
    let (sentence, count) = match (days, hours) {
        (2.., _) => (words.ends_days, days),
        (_, 2..) => (words.ends_hours, hours),
        _ => (words.ends_minutes, minutes.max(2)),
    };
    fill(sentence, &[("count", &count.to_string())])
}

fn whom(words: &Made, row: &Invitation) -> Option<String> {
    match (&row.recipient_email, row.recipient_id) {
        (Some(address), _) => Some(fill(words.for_address, &[("address", address)])),
        (None, Some(_)) => Some(words.for_person.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use latchkey_pages::Language;

    use super::*;

    #[test]
    fn what_is_left_is_told_in_the_largest_unit() {
        let words = Language::English.made();
        let now = Millis(1_000_000);
        for (span, said) in [
            (Duration::from_hours(49), "ends in 2 days"),
            (Duration::from_hours(47), "ends in 47 hours"),
            (Duration::from_mins(119), "ends in 119 minutes"),
            (Duration::from_secs(1), "ends in 2 minutes"),
        ] {
            assert_eq!(left(words, Some(now.plus(span)), now), said);
        }
        assert_eq!(left(words, None, now), "no end is set");
    }
}
