//! JSON bodies.

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_LENGTH;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::bad;
use crate::auth::after_session_check;
use crate::wire::problem::Problem;

/// The largest body in bytes. In the app's data; without it [`DEFAULT_BODY_LIMIT`] holds.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// 256 KiB: sixty of the longest messages.
pub const DEFAULT_BODY_LIMIT: usize = 256 * 1024;

/// A body beyond the limit is read on and thrown away up to this many times the limit: a client
/// that writes first and reads then would find a reset connection instead of the refusal.
const DRAINED: usize = 32;

/// A JSON object as the body of a call. Needs `Content-Type: application/json`, parameters
/// allowed. Unknown members are ignored.
#[derive(Debug, Clone)]
pub struct ChatJson<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for ChatJson<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, payload) = (req.clone(), payload.take());
        Box::pin(async move {
            let read = match read_body(&req, payload).await {
                Ok(body) if is_json(&req) => parse(&body),
                Ok(_) => Err(bad("The Content-Type must be application/json.")),
                Err(problem) => Err(problem),
            };
            match read {
                Ok(value) => Ok(Self(value)),
                Err(problem) => Err(after_session_check(&req, problem).await),
            }
        })
    }
}

fn is_json(req: &HttpRequest) -> bool {
    matches!(req.mime_type(), Ok(Some(mime))
        if mime.type_() == "application" && mime.subtype() == "json" && mime.suffix().is_none())
}

async fn read_body(req: &HttpRequest, mut payload: Payload) -> Result<Vec<u8>, Problem> {
    let limit = req
        .app_data::<BodyLimit>()
        .map_or(DEFAULT_BODY_LIMIT, |limit| limit.0);
    let announced = req
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok())
        .unwrap_or(0);
    let too_large = || bad("The body is too large.");
    if announced > limit.saturating_mul(DRAINED) {
        return Err(too_large());
    }
    let mut body = Vec::with_capacity(announced.min(limit));
    let mut seen = 0_usize;
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_cut_off| bad("The body could not be read."))?;
        seen = seen.saturating_add(chunk.len());
        if seen <= limit {
            body.extend_from_slice(&chunk);
        } else if seen > limit.saturating_mul(DRAINED) {
            break;
        }
    }
    if seen > limit {
        Err(too_large())
    } else {
        Ok(body)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Serde would read a list as an object's members in their order.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(bad("The body must be a JSON object."));
    }
    if has_escaped_nul(body) {
        return Err(bad("The body has a NUL character in it."));
    }
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        Category::Data => bad("A member of the body is missing, repeated or of a wrong type."),
        Category::Io | Category::Syntax | Category::Eof => bad("The body is not valid JSON."),
    })
}

/// True when a string holds the escape `\u0000`. Raw NUL bytes are no JSON, so this is the only
/// way in; databases differ in what they make of one.
fn has_escaped_nul(body: &[u8]) -> bool {
    let mut rest = body;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Input {
        name: String,
        note: Option<String>,
    }

    async fn send(content_type: Option<&str>, body: impl Into<Vec<u8>>) -> Result<Input, Problem> {
        let mut request = TestRequest::post().set_payload(body.into());
        if let Some(content_type) = content_type {
            request = request.insert_header(("content-type", content_type));
        }
        let (req, mut payload) = request.to_http_parts();
        ChatJson::<Input>::from_request(&req, &mut payload)
            .await
            .map(|ChatJson(input)| input)
    }

    #[actix_web::test]
    async fn objects_are_read() {
        for content_type in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON",
        ] {
            let input = send(
                Some(content_type),
                r#" {"name": "a\\u0000", "x": [1], "note": null}"#,
            )
            .await
            .unwrap();
            assert_eq!(input.name, r"a\u0000");
            assert_eq!(input.note, None);
        }
    }

    #[actix_web::test]
    async fn bad_bodies_are_refused_without_echo() {
        for content_type in [
            None,
            Some("text/plain"),
            Some("application/xml"),
            Some("x"),
            Some("application/problem+json"),
        ] {
            let problem = send(content_type, r#"{"name": "a"}"#).await.unwrap_err();
            assert_eq!(problem.suffix, "invalid-request-parameters");
        }
        let bodies: [&[u8]; 14] = [
            b"",
            b"{",
            b"null",
            b"[\"SECRET\"]",
            b"\"SECRET\"",
            b"{}",
            br#"{"name": null}"#,
            br#"{"name": 5}"#,
            br#"{"name": ["SECRET"]}"#,
            br#"{"name": "SECRET", "name": "b"}"#,
            br#"{"name": "SECRET"} x"#,
            br#"{"name": "a\u0000b"}"#,
            br#"{"name": "\ud800"}"#,
            b"{\"name\": \"\xff\"}",
        ];
        for body in bodies {
            let problem = send(Some("application/json"), body).await.unwrap_err();
            assert_eq!(problem.status, StatusCode::BAD_REQUEST, "{body:?}");
            assert_eq!(problem, Problem::invalid_request_parameters());
        }
        let missing = send(Some("application/json"), "{}").await.unwrap_err();
        assert_eq!(missing, Problem::invalid_request_parameters());
    }

    #[actix_web::test]
    async fn large_bodies_are_refused() {
        for size in [DEFAULT_BODY_LIMIT, DEFAULT_BODY_LIMIT * 40] {
            let body = format!(r#"{{"name": "{}"}}"#, "a".repeat(size));
            let problem = send(Some("application/json"), body).await.unwrap_err();
            assert_eq!(problem, Problem::invalid_request_parameters());
        }
    }
}
