//! `GET /v1/problems/{code}`: the page at the `type` of a problem.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_contracts::v1::problem::catalogue::{self, Kind};
use latchkey_pages::Visitor;
use maud::{Markup, html};

const NOTHING: &str = "There is no such problem";

pub(crate) async fn show(visitor: Visitor, code: web::Path<String>) -> HttpResponse {
    match catalogue::of(&code) {
        Some(kind) => visitor.page(StatusCode::OK, kind.title, &about(kind)),
        None => visitor.page(StatusCode::NOT_FOUND, NOTHING, &nothing()),
    }
}

fn about(kind: &Kind) -> Markup {
    let again = if kind.is_retryable {
        "The same call may succeed later."
    } else {
        "The same call will be refused again until something is different."
    };
    html! {
        // The contract speaks English.
        div lang="en" {
            h1 { (kind.title) }
            p { code { (kind.code) } ", status " (kind.status.as_u16()) }
            p { (kind.detail) }
            p { (kind.advice) }
            p { (again) }
        }
    }
}

fn nothing() -> Markup {
    html! {
        div lang="en" {
            h1 { (NOTHING) }
            p { "The description at " a href="/openapi/v1.json" { code { "/openapi/v1.json" } } " has all of them." }
        }
    }
}
