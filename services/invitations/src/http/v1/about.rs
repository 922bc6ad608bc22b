//! `GET /v1`: what this server can do, for clients that ask before they try.

use actix_web::{HttpRequest, HttpResponse};
use latchkey_contracts::v1::{Answer, Problem, list};
use serde::Serialize;

/// Words that are never taken back. One is added with each part of the contract that a server may lack.
const FEATURES: [&str; 3] = ["conditions", "idempotency-keys", "problem-pages"];

#[derive(Serialize)]
struct About {
    name: &'static str,
    version: &'static str,
    features: [&'static str; 3],
    limits: Limits,
    description: &'static str,
}

#[derive(Serialize)]
struct Limits {
    list_default: i64,
    list_most: i64,
    idempotency_key_life: &'static str,
}

pub(crate) async fn show(req: HttpRequest) -> Result<HttpResponse, Problem> {
    let about = About {
        name: "latchkey",
        version: env!("CARGO_PKG_VERSION"),
        features: FEATURES,
        limits: Limits {
            list_default: list::DEFAULT_LIMIT,
            list_most: list::MOST_ROWS,
            idempotency_key_life: "P7D",
        },
        description: "/openapi/v1.json",
    };
    Ok(Answer::of(&about)?.unless_known(&req))
}
