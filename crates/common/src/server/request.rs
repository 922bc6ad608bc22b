//! Request ids, the span of a request, and its one line in the log.

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;
use tracing::field::Empty;
use uuid::Uuid;

use super::masked;
use crate::rpc::context::Context;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// The longest id that a client may bring along.
const LONGEST: usize = 64;

/// The id of a request: the client's own if it is harmless, else a new one. Answered as
/// `X-Request-Id` and part of every log line; handlers find it in the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        headers
            .get(HEADER)
            .and_then(|value| value.to_str().ok())
            .filter(|id| is_harmless(id))
            .map_or_else(
                || Self(Uuid::new_v4().simple().to_string()),
                |id| Self(id.to_owned()),
            )
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn write(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(HEADER, value);
        }
    }
}

fn is_harmless(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'))
}

/// The span in which a request is handled. `client` is from where it comes; `user` is filled in by the session check. It has the
/// highest level, so that its ids stand in every line however few the log lets through.
pub(super) fn span(req: &ServiceRequest, context: &Context) -> Span {
    tracing::error_span!(
        "request",
        id = context.request_id,
        client = context.client,
        method = req.method().as_str(),
        path = masked::target(req),
        user = Empty,
        trace = context.trace.id(),
    )
}

/// The line of a request. Runs inside its span, which holds the rest.
pub(super) fn log(status: StatusCode, took: Duration) {
    let latency_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(
        target: "latchkey::access",
        status = status.as_u16(),
        latency_us,
        "answered"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        map
    }

    #[test]
    fn harmless_ids_are_kept() {
        let kept = |id: &str| RequestId::of(&headers("x-request-id", id)).as_str() == id;
        assert!(kept("a-1_B.c:d") && kept(&"x".repeat(64)));
        assert!(!kept("") && !kept("a b") && !kept("a\"b") && !kept(&"x".repeat(65)));
        assert_eq!(RequestId::of(&HeaderMap::new()).as_str().len(), 32);
    }

    #[test]
    fn the_quietest_log_has_the_ids_too() {
        use actix_web::test::TestRequest;
        use tracing_subscriber::filter::LevelFilter;
        let log = tracing_subscriber::fmt().with_max_level(LevelFilter::ERROR);
        let _here = tracing::subscriber::set_default(log.finish());
        let request = TestRequest::default().to_srv_request();
        let context = Context::of_a_job(Duration::from_secs(1));
        let span = span(&request, &context);
        assert!(!span.is_disabled());
    }
}
