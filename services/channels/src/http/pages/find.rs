//! Finding public channels: the field and what it found.

use std::collections::HashSet;

use latchkey_common::page::Paged;
use latchkey_contracts::pages::CHANNELS;
use latchkey_pages::{Visitor, fill, form_key};
use latchkey_peers::channels::ChannelId;
use maud::{Markup, html};

use super::path;
use crate::domain::channel::Hit;

/// What was searched for, and what was found.
pub(super) struct Found {
    pub(super) keyword: String,
    pub(super) hits: Paged<Hit>,
}

/// The field, and below it what was found. `mine`: where the reader is in already.
pub(super) fn section(
    visitor: &Visitor,
    found: Option<&Found>,
    mine: &HashSet<ChannelId>,
) -> Markup {
    let words = visitor.language().channels();
    let keyword = found.map_or("", |found| found.keyword.as_str());
    html! {
        h2 id="find" { (words.find) }
        form method="get" action=(CHANNELS) role="search" {
            label for="q" { (words.find_label) }
            input id="q" name="q" type="search" value=(keyword) maxlength="256" autocomplete="off"
                autocapitalize="none" spellcheck="false" aria-describedby="q-hint";
            p.hint id="q-hint" { (words.find_hint) }
            button { (words.find_button) }
        }
        @if let Some(found) = found { (hits(visitor, found, mine)) }
    }
}

fn hits(visitor: &Visitor, found: &Found, mine: &HashSet<ChannelId>) -> Markup {
    let words = visitor.language().channels();
    let rest = found.hits.next.map(|after| {
        let keyword = escape(&found.keyword);
        format!("{CHANNELS}?q={keyword}&behind={after}#find")
    });
    html! {
        @if found.hits.items.is_empty() { p { (words.find_nothing) } }
        ul.rows {
            @for hit in &found.hits.items {
                li {
                    @if mine.contains(&hit.id) {
                        a href=(path(hit.id)) dir="auto" { (hit.name) }
                    } @else {
                        span dir="auto" { (hit.name) }
                        (join(visitor, hit))
                    }
                }
            }
        }
        @if let Some(rest) = rest { p { a href=(rest) { (words.more) } } }
    }
}

fn join(visitor: &Visitor, hit: &Hit) -> Markup {
    let words = visitor.language().channels();
    let named = fill(words.join_named, &[("name", &hit.name)]);
    html! {
        form method="post" action=(visitor.action(&format!("{}/join", path(hit.id)))) {
            (form_key())
            button aria-label=(named) { (words.join) }
        }
    }
}

/// The value of a query: every byte that is no letter or digit is written out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            escaped.push(char::from(byte));
        } else {
            let hex = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
            escaped.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    escaped
}
