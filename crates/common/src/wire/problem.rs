//! The chat contract's error shape: RFC 9457 problem details. The contract runs through three
//! services, so its catalogue stands here once ([`Problem`]'s constructors, in `catalogue`).

mod catalogue;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;

use crate::auth::cookie::clear_cookie;
use crate::fault::{self, Fault};

/// What stands before every suffix in `type`.
pub const TYPE_PREFIX: &str =
    "https://github.com/isel-leic-daw/2024-daw-leic51n-gn12/tree/main/docs/error/";

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An answer that says what went wrong. Made by the constructors of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status of the answer, repeated in its body.
    pub status: StatusCode,
    /// The end of `type`, exactly as the document spells it.
    pub suffix: &'static str,
    /// A short text that is the same for every problem of this type.
    pub title: Cow<'static, str>,
    /// A sentence for the caller. Never echoes what the caller sent.
    pub detail: Cow<'static, str>,
    /// Sent as `Retry-After`, in whole seconds, rounded up, at least 1.
    pub retry_after: Option<Duration>,
    /// True when the answer takes the session cookie away.
    pub clear_cookie: bool,
}

impl Problem {
    /// A problem with nothing beside its body.
    pub const fn new(
        status: StatusCode,
        suffix: &'static str,
        title: &'static str,
        detail: &'static str,
    ) -> Self {
        Self {
            status,
            suffix,
            title: Cow::Borrowed(title),
            detail: Cow::Borrowed(detail),
            retry_after: None,
            clear_cookie: false,
        }
    }

    /// The answer on the wire.
    pub fn response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)));
        if let Some(wait) = self.retry_after {
            answer.insert_header((RETRY_AFTER, fault::whole_seconds(wait)));
        }
        if self.clear_cookie {
            answer.cookie(clear_cookie());
        }
        let body = Body {
            kind: format!("{TYPE_PREFIX}{}", self.suffix),
            title: &self.title,
            detail: &self.detail,
            status: self.status.as_u16(),
        };
        // Four plain members: this cannot fail, and an empty body is better than a panic.
        answer.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'a str,
    detail: &'a str,
    status: u16,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.suffix)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.response()
    }
}

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse<BoxBody> {
        self.response()
    }
}

/// The one place where trouble is logged: with its source, inside the request's span, so that the
/// request id stands beside it.
impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unauthenticated => Self::unauthorized(),
            Fault::Invalid(sentence) => {
                tracing::debug!(%sentence, "bad input");
                Self::invalid_request_parameters()
            }
            Fault::Busy { retry_after } => Self::too_many_requests(retry_after),
            Fault::Unavailable { what, source } => {
                let source = source.map_or_else(|| "overloaded".to_owned(), |s| s.to_string());
                tracing::warn!(what, source, "unavailable");
                Self::service_unavailable(fault::RETRY_AFTER)
            }
            Fault::Internal(source) => {
                tracing::error!(source = %source, "internal error");
                Self::internal_error()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shown(problem: &Problem) -> (HttpResponse, serde_json::Value) {
        let answer = problem.response();
        let (head, body) = answer.into_parts();
        let bytes = actix_web::body::to_bytes(body).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap();
        (head.set_body(BoxBody::new(())), json)
    }

    #[actix_web::test]
    async fn the_shape_is_exact() {
        let (answer, json) = shown(&Problem::user_already_in_channel()).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), MEDIA_TYPE);
        assert_eq!(
            json,
            serde_json::json!({
                "type": format!("{TYPE_PREFIX}user-aleady-in-channel"),
                "title": "User already joined the channel",
                "detail": "The given user is already a member of the channel.",
                "status": 409,
            })
        );
    }

    #[actix_web::test]
    async fn no_session_clears_the_cookie() {
        let (answer, _) = shown(&Problem::from(Fault::Unauthenticated)).await;
        assert_eq!(answer.status(), 401);
        let cookie = answer.headers().get("set-cookie").unwrap();
        let cookie = cookie.to_str().unwrap();
        assert!(
            cookie.starts_with("t=;") && cookie.contains("Max-Age=0"),
            "{cookie}"
        );
        let (answer, _) = shown(&Problem::invalid_credentials()).await;
        assert!(answer.headers().get("set-cookie").is_none());
    }

    #[actix_web::test]
    async fn trouble_says_when_to_come_back() {
        let busy = Fault::Busy {
            retry_after: Duration::from_millis(1_200),
        };
        let (answer, _) = shown(&busy.into()).await;
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
        let (answer, json) = shown(&Fault::unavailable("database", "secret path").into()).await;
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
        assert!(!json.to_string().contains("secret"));
        let (answer, json) = shown(&Fault::internal("secret path").into()).await;
        assert_eq!(answer.status(), 500);
        assert!(!json.to_string().contains("secret"));
        let (answer, json) = shown(&Fault::invalid("No.").into()).await;
        assert_eq!(
            (answer.status().as_u16(), json["detail"].as_str()),
            (400, Some("Invalid or missing request arguments."))
        );
    }
}
