//! Refusals that pass, told to whoever asked for a stream of events. A browser's `EventSource` comes
//! back by itself after a stream that ends, and after nothing else: any status but 200 it takes as
//! final, and its page hears nothing more until somebody loads it anew. So what has a chance in a
//! moment is told as a stream that says when, and ends.
//!
//! What stays refused, such as a credential that is dead, keeps its status.

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::{ACCEPT, HeaderMap, RETRY_AFTER};
use actix_web::http::{Method, StatusCode};

/// When to come back, in seconds, where the refusal does not say.
const WAIT: u64 = 2;

/// Whether this request, to a path whose answers are endless, is one for a stream of events.
pub(super) fn is_asked_for(req: &ServiceRequest) -> bool {
    let takes = |value: &str| {
        let mut types = value.split(',').filter_map(|part| part.split(';').next());
        types.any(|one| one.trim().eq_ignore_ascii_case("text/event-stream"))
    };
    let mut accepted = req.headers().get_all(ACCEPT);
    req.method() == Method::GET && accepted.any(|value| value.to_str().is_ok_and(takes))
}

/// The stream instead of a refusal with this status and these headers; `None` where it stands.
pub(super) fn instead_of(status: StatusCode, headers: &HeaderMap) -> Option<HttpResponse> {
    if !matches!(
        status,
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
    ) {
        return None;
    }
    let wait = headers.get(RETRY_AFTER);
    let wait = wait.and_then(|wait| wait.to_str().ok()?.parse::<u64>().ok());
    let wait_ms = wait.unwrap_or(WAIT).saturating_mul(1000);
    let answer = HttpResponse::Ok()
        .content_type("text/event-stream")
        .body(format!("retry: {wait_ms}\n: not now\n\n"));
    Some(answer)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_stream_is_asked_for_by_its_type() {
        for (accept, is_asked) in [
            ("text/event-stream", true),
            ("text/html, Text/Event-Stream;q=0.9", true),
            ("*/*", false),
            ("text/event-streams", false),
        ] {
            let request = TestRequest::get().insert_header((ACCEPT, accept));
            assert_eq!(
                is_asked_for(&request.to_srv_request()),
                is_asked,
                "{accept}"
            );
        }
        assert!(!is_asked_for(&TestRequest::get().to_srv_request()));
        let post = TestRequest::post().insert_header((ACCEPT, "text/event-stream"));
        assert!(!is_asked_for(&post.to_srv_request()));
    }

    #[actix_web::test]
    async fn what_passes_says_when_to_come_back() {
        let mut headers = HeaderMap::new();
        for status in [401, 403, 404, 500] {
            let status = StatusCode::from_u16(status).unwrap();
            assert!(instead_of(status, &headers).is_none(), "{status}");
        }
        for (retry_after, said) in [(None, "retry: 2000\n"), (Some("7"), "retry: 7000\n")] {
            if let Some(wait) = retry_after {
                headers.insert(RETRY_AFTER, wait.parse().unwrap());
            }
            for status in [
                StatusCode::SERVICE_UNAVAILABLE,
                StatusCode::TOO_MANY_REQUESTS,
            ] {
                let answer = instead_of(status, &headers).unwrap();
                assert_eq!(answer.status(), 200);
                let body = actix_web::body::to_bytes(answer.into_body()).await.unwrap();
                assert!(body.starts_with(said.as_bytes()), "{body:?}");
            }
        }
    }
}
