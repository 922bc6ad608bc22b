//! `/namespaces/{owner}/{path}`: what lies in a namespace, who works in its tree, what waits there for a decision, and what one
//! may do about it.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_contracts::pages::NAMESPACES;
use latchkey_pages::words::namespaces::Namespaces;
use latchkey_pages::{Member, Visitor, escaped, fill, note, trouble};
use maud::{Markup, html};
use serde::Deserialize;

use super::view::{Said, View};
use super::{place, seen_by};
use crate::app::App;
use crate::app::namespace::find::{Address, NamespaceError};
use crate::app::namespace::page::{as_reader, show_page};
use crate::domain::kind::Direction;
use crate::http::pages::joined::ask_form;

/// Where a namespace stands.
#[derive(Deserialize)]
pub(crate) struct At {
    pub(super) owner: String,
    pub(super) path: String,
}

impl At {
    pub(super) fn address(&self) -> Address {
        Address {
            owner: self.owner.clone(),
            path: self.path.clone(),
        }
    }
}

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    after: Option<i64>,
    #[serde(default)]
    done: String,
}

pub(crate) async fn show(
    app: web::Data<App>,
    member: Member,
    at: web::Path<At>,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let Opened { after, done } = query.map(web::Query::into_inner).unwrap_or_default();
    let said = Said {
        done: sentence(&done, member.visitor.language().namespaces()),
        ..Said::default()
    };
    page(&app, &member, &at, after, said).await
}

fn sentence(word: &str, words: &Namespaces) -> Option<&'static str> {
    Some(match word {
        "made" => words.done_made,
        "asked" => words.done_asked,
        "invited" => words.done_invited,
        "in" => words.done_in,
        "joined" => words.done_joined,
        "no" => words.done_no,
        "back" => words.done_back,
        "saved" => words.done_saved,
        "removed" => words.done_removed,
        _ => return None,
    })
}

pub(super) fn unknown(visitor: &Visitor) -> HttpResponse {
    let words = visitor.language().namespaces();
    let body = html! {
        h1 { (words.unknown) }
        p { (words.unknown_text) }
        p { a href=(NAMESPACES) { (words.back) } }
    };
    visitor.page_with_script(StatusCode::NOT_FOUND, words.unknown, &body)
}

/// The page, with what is said of what somebody wanted to do.
pub(super) async fn page(
    app: &App,
    member: &Member,
    at: &At,
    after: Option<i64>,
    said: Said<'_>,
) -> HttpResponse {
    let visitor = &member.visitor;
    let me = as_reader(member.caller.clone());
    match show_page(app, &me, &at.address(), after).await {
        Ok(found) => {
            let status = said.status.unwrap_or(StatusCode::OK);
            let body = View {
                member,
                found: &found,
                said: &said,
            };
            visitor.page_with_script(status, &found.namespace.path, &body.body())
        }
        Err(NamespaceError::NotFound) => unknown(visitor),
        Err(NamespaceError::Fault(fault)) => visitor.trouble(&fault.into()),
    }
}

impl View<'_> {
    fn body(&self) -> Markup {
        let (words, namespace) = (self.words(), &self.found.namespace);
        let owner = &self.found.owner.username;
        let above = namespace.path.rsplit_once('/').map(|(above, _)| above);
        html! {
            h1 { (namespace.path) }
            p.ways {
                a href=(NAMESPACES) { (words.back) }
                @if let Some(above) = above {
                    a href=(place(owner, above)) { (fill(words.above, &[("path", above)])) }
                }
            }
            @if let Some(said) = self.said.above { (trouble(said)) }
            @if let Some(said) = self.said.done { (note(&html! { p { (said) } })) }
            p.quiet {
                @if self.is_mine() { (words.yours) }
                @else { (fill(words.owned_by, &[("name", owner)])) }
                " · " (seen_by(words, namespace.visibility))
            }
            @if !namespace.description.trim().is_empty() {
                blockquote dir="auto" { (namespace.description) }
            }
            @if self.found.is_in { p { (words.you_are_in) } }
            @else if !self.is_mine() { (self.way_in()) }
            (self.children())
            @if self.is_mine() { (self.people()) (self.waiting()) (self.inviting()) (self.editing()) }
        }
    }

    /// What somebody outside has asked or was offered, or may ask.
    fn way_in(&self) -> Markup {
        let words = self.words();
        html! {
            @match &self.found.mine {
                Some(row) if row.direction == Direction::Offer => {
                    p { (words.you_are_invited) }
                    div.choices {
                        (self.press(row.id.0, "accept", "first", words.accept, ""))
                        (self.press(row.id.0, "decline", "second", words.decline, ""))
                    }
                }
                Some(row) => {
                    p { (words.you_asked) }
                    (self.press(row.id.0, "withdraw", "second", words.withdraw, ""))
                }
                None => (self.asking()),
            }
        }
    }

    fn asking(&self) -> Markup {
        let words = self.words();
        let said = [words.ask_text, words.ask_message, words.ask_hint, words.ask];
        ask_form(&self.action(), self.said, said)
    }

    fn children(&self) -> Markup {
        let words = self.words();
        let path = &self.found.namespace.path;
        html! {
            h2 { (words.children) }
            @if self.found.children.items.is_empty() { p { (words.no_children) } }
            ul.rows {
                @for one in &self.found.children.items {
                    li { a href=(place(&self.found.owner.username, &one.path)) { (one.name) } }
                }
            }
            @if let Some(after) = self.found.children.next {
                p { a href=(format!("{}?after={after}", self.place())) { (words.more) } }
            }
            @if self.is_mine() {
                p { a href=(format!("{NAMESPACES}/new?in={}", escaped(path))) { (words.make_child) } }
            }
        }
    }
}
