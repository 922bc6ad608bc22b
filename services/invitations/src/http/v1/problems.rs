//! `GET /v1/problems/{code}`: the page at the `type` of a problem.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use latchkey_contracts::v1::problem::catalogue::{self, Kind};
use maud::{Markup, html};

use crate::http::pages::render;

pub(crate) async fn show(code: web::Path<String>) -> HttpResponse {
    match catalogue::of(&code) {
        Some(kind) => render(StatusCode::OK, &about(kind)),
        None => render(StatusCode::NOT_FOUND, &nothing()),
    }
}

fn about(kind: &Kind) -> Markup {
    let again = if kind.is_retryable {
        "The same call may succeed later."
    } else {
        "The same call will be refused again until something is different."
    };
    html! {
        h1 { (kind.title) }
        p { code { (kind.code) } ", status " (kind.status.as_u16()) }
        p { (kind.detail) }
        p { (kind.advice) }
        p { (again) }
    }
}

fn nothing() -> Markup {
    html! {
        h1 { "There is no such problem" }
        p { "The description at " code { "/openapi/v1.json" } " has all of them." }
    }
}
