//! Problem details (RFC 9457): a shape that contracts may choose, and what the edge answers where
//! none has a word.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use crate::wire::retry_after::with_retry_after;

/// The media type.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The types of problems that are no contract's: pages of this server, which our own contract has. Those with another
/// status are of the last kind.
pub const PAGES: [(u16, &str); 8] = [
    (400, "/v1/problems/unreadable"),
    (401, "/v1/problems/unauthenticated"),
    (403, "/v1/problems/foreign-page"),
    (404, "/v1/problems/no-such-path"),
    (405, "/v1/problems/method-not-allowed"),
    (421, "/v1/problems/misdirected"),
    (429, "/v1/problems/rate-limited"),
    (503, "/v1/problems/dependency-unavailable"),
];
const OTHERS: &str = "/v1/problems/internal-error";

/// What went wrong, for a caller. Never echoes what the caller sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Details<'a> {
    /// What kind of problem it is, as a URI.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// A short text that is the same for every problem of this kind.
    pub title: &'a str,
    /// A sentence.
    pub detail: &'a str,
    /// The status of the answer, repeated in its body.
    #[serde(serialize_with = "number")]
    pub status: StatusCode,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it so")]
fn number<S: serde::Serializer>(status: &StatusCode, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u16(status.as_u16())
}

impl<'a> Details<'a> {
    /// A problem of no contract, that is no more than its status.
    pub fn of(status: StatusCode, detail: &'a str) -> Self {
        let page = PAGES.iter().find(|(one, _)| *one == status.as_u16());
        Self {
            kind: page.map_or(OTHERS, |(_, page)| *page),
            title: status.canonical_reason().unwrap_or_default(),
            detail,
            status,
        }
    }

    /// The answer on the wire.
    pub fn response(&self, retry_after: Option<Duration>) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)));
        // Four plain members: this cannot fail, and an empty body is better than a panic.
        let answer = answer.body(serde_json::to_vec(self).unwrap_or_default());
        with_retry_after(answer, retry_after)
    }
}
