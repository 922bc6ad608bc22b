//! `/inbox/past`: what was answered, taken back or has ended.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_common::page::Paged;
use latchkey_contracts::pages::INBOX;
use latchkey_pages::words::inbox::Inbox;
use latchkey_pages::{Member, Visitor, fill, moment};
use maud::{Markup, html};
use serde::Deserialize;

use super::item::named;
use crate::app::App;
use crate::app::inbox::past::{Past, list_past};
use crate::app::invitation::list::Part;
use crate::domain::invitation::{EndReason, Invitation, State};
use crate::domain::kind::Direction;

/// Things on one page.
const SIZE: i64 = 25;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Opened { after } = query.map(web::Query::into_inner).unwrap_or_default();
    let part = Part {
        after,
        limit: SIZE + 1,
        is_newest_first: true,
    };
    let Member { visitor, caller } = member;
    match list_past(&app, caller.user, part).await {
        Ok(rows) => {
            let page = Paged::cut(rows, SIZE, |row| row.invitation.id.0);
            let body = listed(&visitor, &page, after.is_none());
            visitor.page(StatusCode::OK, visitor.language().inbox().past, &body)
        }
        Err(fault) => visitor.trouble(&fault.into()),
    }
}

fn listed(visitor: &Visitor, page: &Paged<Past>, is_first: bool) -> Markup {
    let words = visitor.language().inbox();
    html! {
        h1 { (words.past) }
        p { a href=(INBOX) { (words.back) } }
        @if page.items.is_empty() { p { (words.past_none) } }
        @for one in &page.items { (row(visitor, one)) }
        p.pages {
            @if !is_first { a href=(format!("{INBOX}/past")) { (words.newest) } }
            @if let Some(next) = page.next {
                a href=(format!("{INBOX}/past?after={next}")) { (words.older) }
            }
        }
    }
}

fn row(visitor: &Visitor, one: &Past) -> Markup {
    let words = visitor.language().inbox();
    let row = &one.invitation;
    let is_own = row.direction == Direction::Request;
    let target = one.target.as_deref().unwrap_or(words.lost);
    let reason = one.texts.revoked_because.as_deref();
    html! {
        article {
            h2 { (named(visitor, row, is_own, one.person.as_deref(), target)) }
            @if let Some(message) = &one.texts.message { blockquote { (message) } }
            @if let Some(reason) = reason { p { (fill(words.because, &[("reason", reason)])) } }
            p.quiet { (became(words, row)) " · " (moment(row.decided_at.unwrap_or(row.created_at))) }
        }
    }
}

/// What became of it.
const fn became(words: &Inbox, row: &Invitation) -> &'static str {
    match (row.direction, row.state) {
        (_, State::Expired | State::Open) => words.over,
        (Direction::Offer, State::Accepted | State::UsedUp) => words.you_came,
        (Direction::Offer, State::Declined) => words.you_declined,
        (Direction::Request, State::Accepted | State::UsedUp) => words.let_in,
        (Direction::Request, State::Declined) => words.said_no,
        (Direction::Request, State::Withdrawn)
            if matches!(row.end_reason, Some(EndReason::TakenBack)) =>
        {
            words.you_withdrew
        }
        (Direction::Offer | Direction::Request, State::Withdrawn) => words.fell,
    }
}
