//! JSON bodies.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::bad;
use crate::auth::after_session_check;
use crate::wire::body::read_object;
use crate::wire::problem::Problem;

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
            match read_object(&req, payload).await {
                Ok(value) => Ok(Self(value)),
                Err(sentence) => Err(after_session_check(&req, bad(sentence)).await),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::test::TestRequest;
    use serde::Deserialize;

    use super::*;
    use crate::wire::body::DEFAULT_BODY_LIMIT;

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
            "application/json ; charset=utf-8",
            "application/json;charset=\"UTF-8\" ; x=y;",
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
            Some("application/json x"),
            Some("application/json; charset=latin1"),
            Some("application/json; charset=utf-8; Charset=utf-16"),
        ] {
            let problem = send(content_type, r#"{"name": "a"}"#).await.unwrap_err();
            assert_eq!(problem.suffix, "invalid-request-parameters");
        }
        let bodies: [&[u8]; 15] = [
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
            b"{\"name\": \"a\", \"ignored\": [\"\xff\"]}",
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
