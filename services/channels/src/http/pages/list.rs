//! `/c`: the reader's channels with what is new in them, and the way into others.

use std::collections::HashSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_common::server::Edge;
use latchkey_contracts::pages::CHANNELS;
use latchkey_pages::{Visitor, fill};
use maud::{Markup, html};
use serde::Deserialize;

use super::find::{self, Found};
use super::guest::Guest;
use super::{path, refused};
use crate::app::App;
use crate::app::list_unread::{MOST, Visited, list_unread};
use crate::app::search_channels::search_channels;

/// Channels of one's own on one page: more than most people are in.
const OWN: i64 = 100;

/// Channels that a search shows at once.
const FOUND: i64 = 50;

#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    q: Option<String>,
    /// Own channels behind this one.
    after: Option<i64>,
    /// Found ones behind this one.
    behind: Option<i64>,
}

pub(crate) async fn show(
    app: Data<App>,
    edge: Data<Edge>,
    guest: Guest,
    asked: Option<Query<Asked>>,
) -> HttpResponse {
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    match read(&app, &edge, &guest, asked).await {
        Ok((mine, found)) => page(&guest.visitor, mine, found.as_ref()),
        Err(fault) => refused::trouble(&guest.visitor, fault),
    }
}

async fn read(
    app: &App,
    edge: &Edge,
    guest: &Guest,
    asked: Asked,
) -> Result<(Paged<Visited>, Option<Found>), Fault> {
    let mine = list_unread(app, guest.me.user, rows(asked.after, OWN)).await?;
    let Some(keyword) = asked.q else {
        return Ok((mine, None));
    };
    edge.limits().check("search", guest.me.user)?;
    let hits = search_channels(app, guest.me.user, &keyword, rows(asked.behind, FOUND)).await?;
    Ok((mine, Some(Found { keyword, hits })))
}

const fn rows(after: Option<i64>, limit: i64) -> Page {
    Page {
        after,
        limit: Some(limit),
    }
}

fn page(visitor: &Visitor, mine: Paged<Visited>, found: Option<&Found>) -> HttpResponse {
    let words = visitor.language().channels();
    let known: HashSet<_> = mine
        .items
        .iter()
        .map(|one| one.membership.channel)
        .collect();
    let body = html! {
        h1 { (words.title) }
        (own(visitor, mine))
        p { a.button href="/c/new" { (words.make) } }
        (find::section(visitor, found, &known))
    };
    visitor.page_with_script(StatusCode::OK, words.title, &body)
}

/// Those in which something was said last come first.
fn own(visitor: &Visitor, mut mine: Paged<Visited>) -> Markup {
    let words = visitor.language().channels();
    mine.items
        .sort_by_key(|one| std::cmp::Reverse(one.membership.last_message));
    html! {
        @if mine.items.is_empty() { p { (words.none) } }
        ul.rows {
            @for one in &mine.items {
                @let place = if one.unread > 0 { "new" } else { "end" };
                li data-channel=(one.membership.channel) {
                    a href=(format!("{}#{place}", path(one.membership.channel))) dir="auto" {
                        (one.membership.name)
                    }
                    @if one.unread > 0 { " " span.count { (fill(words.unread, &[("count", &count(one.unread))])) } }
                }
            }
        }
        @if let Some(after) = mine.next { p { a href=(format!("{CHANNELS}?after={after}")) { (words.more) } } }
    }
}

fn count(unread: i64) -> String {
    if unread < MOST {
        return unread.to_string();
    }
    format!("{}+", MOST - 1)
}
