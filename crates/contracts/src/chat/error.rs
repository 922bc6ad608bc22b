//! The chat contract's error shape: RFC 9457 problem details. The contract runs through three
//! services, so its catalogue stands here once ([`Problem`]'s constructors, in `catalogue`).

mod catalogue;
mod own;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use latchkey_common::auth::{Refused, clear_cookie};
use latchkey_common::fault::Fault;
use latchkey_common::wire::details::Details;
use latchkey_common::wire::input::BadInput;
use latchkey_common::wire::told::Told;

/// What stands before every suffix in `type`.
pub(super) const TYPE_PREFIX: &str =
    "https://github.com/isel-leic-daw/2024-daw-leic51n-gn12/tree/main/docs/error/";

/// The header that says what is wrong with the input: which member, and how.
const WRONG_INPUT: HeaderName = HeaderName::from_static("x-wrong-input");

/// An answer that says what went wrong. Made by the constructors of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status of the answer, repeated in its body.
    pub status: StatusCode,
    /// The end of `type`, exactly as the document spells it.
    pub suffix: &'static str,
    /// A short text that is the same for every problem of this type.
    pub title: &'static str,
    /// A sentence for the caller. Of what the caller sent it echoes an origin at most.
    pub detail: Cow<'static, str>,
    /// Sent as `Retry-After`, in whole seconds, rounded up, at least 1.
    pub retry_after: Option<Duration>,
    /// What is wrong with the input, in a sentence. The document fixes members and texts, so it is sent as
    /// [`WRONG_INPUT`].
    wrong: Option<String>,
    /// True when the answer takes the session cookie away.
    clear_cookie: bool,
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
            title,
            detail: Cow::Borrowed(detail),
            retry_after: None,
            wrong: None,
            clear_cookie: false,
        }
    }

    /// Input that is wrong in the way that the sentence says.
    fn invalid(sentence: impl Into<String>) -> Self {
        let mut problem = Self::invalid_request_parameters();
        problem.wrong = Some(sentence.into());
        problem
    }

    /// The answer on the wire.
    pub fn response(&self) -> HttpResponse {
        let details = Details {
            kind: &format!("{TYPE_PREFIX}{}", self.suffix),
            title: self.title,
            detail: &self.detail,
            status: self.status,
        };
        let mut answer = details.response(self.retry_after);
        // Names of ours and plain sentences: what is no header for once is left out.
        let wrong = self.wrong.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(wrong)) = wrong {
            answer.headers_mut().insert(WRONG_INPUT, wrong);
        }
        if self.clear_cookie {
            // Name and value are ours: they always fit into a header.
            drop(answer.add_cookie(&clear_cookie()));
        }
        answer
    }
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

impl From<BadInput> for Problem {
    fn from(bad: BadInput) -> Self {
        match bad {
            BadInput::Body(unread) | BadInput::Query(unread) => Self::invalid(unread.to_string()),
            BadInput::Path(sentence) => Self::invalid(sentence),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fault(fault) => fault.into(),
            Refused::NoSession | Refused::Missing | Refused::Invalid | Refused::Scope(_) => {
                Self::unauthorized()
            }
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault.into() {
            Told::Unauthenticated => Self::unauthorized(),
            Told::Invalid(sentence) => Self::invalid(sentence),
            Told::Busy(wait) => Self::too_many_requests(wait),
            Told::Unavailable(wait) => Self::service_unavailable(wait),
            Told::Internal => Self::internal_error(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};

    use super::*;
    use latchkey_common::wire::details::MEDIA_TYPE;

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
