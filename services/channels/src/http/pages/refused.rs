//! What a person is told who may not see a channel, or not do that in it: each page says what to do next.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use latchkey_common::fault::Fault;
use latchkey_contracts::pages::CHANNELS;
use latchkey_pages::{Visitor, form_key};
use latchkey_peers::channels::ChannelId;
use maud::{Markup, html};

use super::path;
use crate::app::channel_info::LookError;
use crate::app::load_messages::LoadError;

/// Nothing is to be seen.
pub(super) fn look(visitor: &Visitor, channel: ChannelId, error: LookError) -> HttpResponse {
    match error {
        LookError::ChannelNotFound => no_channel(visitor),
        LookError::NotMember => stranger(visitor, channel),
        LookError::Fault(fault) => trouble(visitor, fault),
    }
}

/// The same where messages are read.
pub(super) fn load(visitor: &Visitor, channel: ChannelId, error: LoadError) -> HttpResponse {
    match error {
        LoadError::ChannelNotFound => no_channel(visitor),
        LoadError::NotMember => stranger(visitor, channel),
        LoadError::Fault(fault) => trouble(visitor, fault),
    }
}

/// Nobody's rule.
pub(super) fn trouble(visitor: &Visitor, fault: Fault) -> HttpResponse {
    visitor.trouble(&fault.into())
}

/// A form that did not come whole.
pub(super) fn unreadable(visitor: &Visitor) -> HttpResponse {
    trouble(visitor, Fault::invalid("the form lacks something"))
}

/// There is none, or none any more.
pub(super) fn no_channel(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().channels();
    let said = [words.no_channel_title, words.no_channel_text];
    say(visitor, StatusCode::NOT_FOUND, said, &to_all(visitor))
}

/// A private one lets nobody in who just asks.
pub(super) fn shut(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().channels();
    let said = [words.shut_title, words.shut_text];
    say(visitor, StatusCode::FORBIDDEN, said, &to_all(visitor))
}

/// Whoever is no member, with the way into a public one.
pub(super) fn stranger(visitor: &Visitor, channel: ChannelId) -> HttpResponse {
    let words = visitor.language().channels();
    let next = html! {
        form method="post" action=(visitor.action(&format!("{}/join", path(channel)))) {
            (form_key())
            button { (words.join) }
        }
        (to_all(visitor))
    };
    let said = [words.stranger_title, words.stranger_text];
    say(visitor, StatusCode::FORBIDDEN, said, &next)
}

/// A member who lacks the permission.
pub(super) fn may_not(visitor: &Visitor, channel: ChannelId) -> HttpResponse {
    let words = visitor.language().channels();
    let next = html! { p { a href=(path(channel)) { (words.back) } } };
    let said = [words.may_not_title, words.may_not_text];
    say(visitor, StatusCode::FORBIDDEN, said, &next)
}

/// A sentence about one member that stands in the way.
pub(super) fn sentence(
    visitor: &Visitor,
    channel: ChannelId,
    (status, sentence): (StatusCode, &str),
) -> HttpResponse {
    let words = visitor.language().channels();
    let next = html! { p { a href=(format!("{}/members", path(channel))) { (words.members) } } };
    let said = [words.may_not_title, sentence];
    say(visitor, status, said, &next)
}

fn to_all(visitor: &Visitor) -> Markup {
    html! { p { a href=(CHANNELS) { (visitor.language().channels().all) } } }
}

fn say(
    visitor: &Visitor,
    status: StatusCode,
    [title, text]: [&str; 2],
    next: &Markup,
) -> HttpResponse {
    let body = html! { h1 { (title) } p { (text) } (next) };
    visitor.page_with_script(status, title, &body)
}
