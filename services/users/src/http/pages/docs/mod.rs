//! `/docs`: what programs can do here, a page a contract, made of the documents that programs read.

mod call;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_contracts::described::{Described, Operation, Shape, all};
use latchkey_contracts::pages::DOCS;
use latchkey_pages::{Guest, Visitor, fill, prose};
use maud::{Markup, html};
use serde::Deserialize;

use self::call::{call, kind, members};
use crate::app::App;

/// What documents are written in.
const LANGUAGE: &str = "en";

/// The most characters of what is looked for.
const LONGEST: usize = 256;

#[derive(Default, Deserialize)]
pub(crate) struct Opened {
    #[serde(default)]
    q: String,
}

pub(crate) async fn list(guest: Guest) -> HttpResponse {
    let visitor = guest.visitor;
    let words = visitor.language().docs();
    let body = html! {
        h1 { (words.title) }
        p { (words.text) }
        @for one in all() {
            @let count = one.operations.len().to_string();
            article {
                h2 lang=(LANGUAGE) { a href=(place(one)) { (one.title) } }
                p.quiet { (fill(words.calls, &[("count", &count)])) }
            }
        }
    };
    visitor.page(StatusCode::OK, words.title, &body)
}

pub(crate) async fn show(
    app: web::Data<App>,
    guest: Guest,
    contract: web::Path<String>,
    query: Option<web::Query<Opened>>,
) -> HttpResponse {
    let visitor = guest.visitor;
    let Some(document) = Described::of(&contract) else {
        return visitor.lost();
    };
    let Opened { q } = query.map(web::Query::into_inner).unwrap_or_default();
    let q: String = q.chars().take(LONGEST).collect();
    let words = visitor.language().docs();
    let (operations, shapes) = document.with(&q);
    let body = html! {
        h1 lang=(LANGUAGE) { (document.title) }
        p { a href=(DOCS) { (words.all) } " · " a href=(file(document)) { (words.document) } }
        @for part in document.about.split("\n\n") { p lang=(LANGUAGE) { (prose(part)) } }
        (field(&visitor, document, &q))
        (calls(&visitor, &operations, &app.public_url))
        @if !shapes.is_empty() {
            h2 { (words.shapes) }
            @for one in shapes { (shape(&visitor, one)) }
        }
    };
    visitor.page_with_script(StatusCode::OK, &document.title, &body)
}

/// Where a document's page lies.
fn place(document: &Described) -> String {
    format!("{DOCS}/{}", document.name)
}

/// Where the document itself lies.
fn file(document: &Described) -> String {
    format!("/openapi/{}.json", document.name)
}

fn field(visitor: &Visitor, document: &Described, q: &str) -> Markup {
    let words = visitor.language().docs();
    html! {
        h2 { (words.find) }
        form method="get" action=(place(document)) role="search" {
            label for="q" { (words.find_label) }
            input id="q" name="q" type="search" value=(q) maxlength=(LONGEST) autocomplete="off"
                autocapitalize="none" spellcheck="false";
            button { (words.find_button) }
        }
    }
}

fn calls(visitor: &Visitor, operations: &[&Operation], server: &str) -> Markup {
    let words = visitor.language().docs();
    html! {
        h2 { (words.operations) }
        @if operations.is_empty() { p { (words.find_nothing) } }
        @for one in operations { (call(visitor, one, server)) }
    }
}

fn shape(visitor: &Visitor, shape: &Shape) -> Markup {
    html! {
        article id=(format!("shape-{}", shape.name)) lang=(LANGUAGE) {
            h3 { code { (shape.name) } }
            @if !shape.about.is_empty() { p { (prose(&shape.about)) } }
            @if shape.members.is_empty() {
                p { (kind(&shape.kind)) }
            } @else {
                (members(visitor, &shape.members))
            }
        }
    }
}
