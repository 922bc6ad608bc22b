//! `/inbox`: all that waits for somebody, of every kind and contract, and what may be done about it.

mod act;
mod item;
mod past;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use latchkey_common::auth::Known;
use latchkey_common::fault::Fault;
use latchkey_common::server::PageForm;
use latchkey_contracts::pages::{CHANNELS, INBOX};
use latchkey_pages::{Arrived, Member, Visitor, lead_to, note, trouble};
use maud::{Markup, html};
use serde::Deserialize;

use self::act::{Done, Refused, Submitted, act};
use self::item::{is_own, item};
pub(super) use self::past::show as show_past;
use super::arrive::arrive;
use super::shut::paste_form;
use crate::app::App;
use crate::app::inbox::list::{Item, list_inbox};
use crate::app::invitation::list::Part;

/// Things on one page. Each has a form, and nobody reads further down.
const SIZE: i64 = 25;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
    #[serde(default)]
    done: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    query: Option<web::Query<Opened>>,
    req: HttpRequest,
) -> HttpResponse {
    let arrived = Arrived::at(&req);
    let Opened { after, done } = query.map(web::Query::into_inner).unwrap_or_default();
    let said = Said {
        done: Done::parse(&done),
        refused: None,
        line: arrived.line(),
    };
    arrived.read(page(&app, member, after, said).await)
}

pub(crate) async fn submit(
    app: web::Data<App>,
    member: Member,
    sent: Option<PageForm<Submitted>>,
) -> HttpResponse {
    let Some(PageForm(sent)) = sent else {
        let fault = Fault::invalid("the form cannot be read");
        return member.visitor.trouble(&fault.into());
    };
    match act(&app, &member.caller, sent).await {
        Ok((done, came)) => {
            let place = format!("{INBOX}?done={}", done.word());
            match came {
                Some(came) => arrive(&app, &came, &place).await,
                None => lead_to(&place),
            }
        }
        Err(Refused::Fault(fault)) => member.visitor.trouble(&fault.into()),
        Err(refused) => {
            let said = Said {
                done: None,
                refused: Some(refused),
                line: html! {},
            };
            page(&app, member, None, said).await
        }
    }
}

/// What is said above the list.
struct Said {
    done: Option<Done>,
    refused: Option<Refused>,
    /// What somebody reads who has just come in.
    line: Markup,
}

/// Whether something waits for an answer of theirs.
pub(super) async fn has_something(app: &App, me: &Known) -> Result<bool, Fault> {
    let (items, _) = list_inbox(app, me, part(None)).await?;
    Ok(items.iter().any(|item| !is_own(item)))
}

const fn part(after: Option<i64>) -> Part {
    Part {
        after,
        limit: SIZE + 1,
        is_newest_first: true,
    }
}

async fn page(app: &App, member: Member, after: Option<i64>, said: Said) -> HttpResponse {
    let Member { visitor, caller } = member;
    let (items, next) = match list_inbox(app, &Known::from(caller), part(after)).await {
        Ok(found) => found,
        Err(fault) => return visitor.trouble(&fault.into()),
    };
    let (own, waiting): (Vec<Item>, Vec<Item>) = items.into_iter().partition(is_own);
    let is_whole = after.is_none() && next.is_none();
    let visitor = if is_whole {
        visitor.with_waiting(waiting.len())
    } else {
        visitor
    };
    let words = visitor.language().inbox();
    let status = said
        .refused
        .as_ref()
        .map_or(StatusCode::OK, Refused::status);
    let body = html! {
        h1 { (words.title) }
        (above(&visitor, &said))
        @if own.is_empty() && waiting.is_empty() && is_whole { (empty(&visitor)) }
        @if !waiting.is_empty() {
            h2 { (words.waiting) }
            @for one in &waiting { (item(&visitor, one)) }
        }
        @if !own.is_empty() {
            h2 { (words.asked) }
            @for one in &own { (item(&visitor, one)) }
        }
        @if after.is_some() || next.is_some() { p.pages {
            @if after.is_some() { a href=(INBOX) { (words.newest) } }
            @if let Some(next) = next { a href=(format!("{INBOX}?after={next}")) { (words.older) } }
        } }
        p { a href=(format!("{INBOX}/past")) { (words.past_link) } }
    };
    visitor.page_with_form(status, words.title, &body)
}

fn above(visitor: &Visitor, said: &Said) -> Markup {
    let words = visitor.language().inbox();
    html! {
        (said.line)
        @if let Some(refused) = &said.refused { (trouble(refused.sentence(words))) }
        @if let Some(done) = said.done {
            (note(&html! {
                p { (done.sentence(words)) }
                @if done == Done::Accepted {
                    p { a href=(CHANNELS) { (visitor.language().landing().to_channels) } }
                }
            }))
        }
    }
}

fn empty(visitor: &Visitor) -> Markup {
    let words = visitor.language().inbox();
    html! {
        p { (words.empty) }
        p { (words.empty_next) }
        (paste_form(visitor.words(), false))
    }
}
