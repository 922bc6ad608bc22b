//! One call of a contract: what it takes, what comes back, an example of each, and a line for a terminal.

use latchkey_contracts::described::{Answer, Body, Member, Operation, Piece};
use latchkey_pages::{Visitor, fill, prose};
use maud::{Markup, html};

use super::LANGUAGE;

pub(super) fn call(visitor: &Visitor, call: &Operation, server: &str) -> Markup {
    let words = visitor.language().docs();
    html! {
        article id=(call.id) {
            h3 lang=(LANGUAGE) { a href=(format!("#{}", call.id)) { (call.summary) } }
            p { code { (call.method) " " (call.path) } }
            @if !call.about.is_empty() { p lang=(LANGUAGE) { (prose(&call.about)) } }
            details {
                summary { (fill(words.more, &[("name", &call.summary)])) }
                (known_by(visitor, &call.ways_in))
                @if !call.takes.is_empty() {
                    h4 { (words.takes) }
                    (members(visitor, &call.takes))
                }
                @if let Some(sent) = &call.body {
                    h4 { (words.body) }
                    (body(visitor, sent))
                }
                h4 { (words.answers) }
                @for one in &call.answers { (answer(visitor, one)) }
                (terminal(visitor, call, server))
            }
        }
    }
}

fn known_by(visitor: &Visitor, ways: &[String]) -> Markup {
    let words = visitor.language().docs();
    html! {
        p.quiet {
            @if ways.is_empty() {
                (words.everybody)
            } @else {
                (words.known_by) ": "
                @for (at, way) in ways.iter().enumerate() {
                    @if at > 0 { ", " }
                    code { (way) }
                }
            }
        }
    }
}

fn body(visitor: &Visitor, body: &Body) -> Markup {
    let words = visitor.language().docs();
    html! {
        p { code { (body.media) } ": " (kind(&body.kind)) }
        (members(visitor, &body.members))
        @if let Some(example) = &body.example {
            p.quiet { (words.example) }
            pre { code { (example) } }
        }
    }
}

fn answer(visitor: &Visitor, answer: &Answer) -> Markup {
    let words = visitor.language().docs();
    html! {
        p { strong { (answer.status) } " " span lang=(LANGUAGE) { (prose(&answer.about)) } }
        @if !answer.problems.is_empty() {
            p.quiet {
                (words.problems)
                @for code in &answer.problems { " " code { (code) } }
            }
        }
        @if answer.is_success() {
            @if let Some(told) = &answer.body { (body(visitor, told)) }
        }
    }
}

fn terminal(visitor: &Visitor, call: &Operation, server: &str) -> Markup {
    let words = visitor.language().docs();
    let id = format!("curl-{}", call.id);
    html! {
        h4 { (words.terminal) }
        pre { code id=(id) { (call.call.curl(server)) } }
        p.choices {
            button.second type="button" data-copy=(id) data-done=(words.copied)
                data-by-hand=(words.copy_by_hand) hidden { (words.copy) }
            span.quiet role="status" {}
        }
    }
}

/// What a value is; shapes lie further down on the page.
pub(super) fn kind(pieces: &[Piece]) -> Markup {
    html! {
        span lang=(LANGUAGE) {
            @for piece in pieces {
                @match piece {
                    Piece::Text(text) => (text),
                    Piece::Shape(name) => a href=(format!("#shape-{name}")) { (name) },
                }
            }
        }
    }
}

pub(super) fn members(visitor: &Visitor, members: &[Member]) -> Markup {
    let words = visitor.language().docs();
    html! {
        @if !members.is_empty() {
            dl.settings {
                @for one in members {
                    dt {
                        code { (one.name) }
                        @if !one.place.is_empty() { " " span lang=(LANGUAGE) { (one.place) } }
                        @if one.is_required { " · " (words.required) }
                    }
                    dd {
                        (kind(&one.kind))
                        @if !one.about.is_empty() { br; span.quiet lang=(LANGUAGE) { (prose(&one.about)) } }
                    }
                }
            }
        }
    }
}
