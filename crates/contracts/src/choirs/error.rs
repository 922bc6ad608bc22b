//! The choir contract's error shape: `{"status": "err", "message": …}`, with two statuses that no
//! register knows. Messages may echo the id that was asked for; as JSON it does no harm.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::auth::Refused;
use latchkey_common::fault::Fault;
use latchkey_common::wire::input::BadInput;
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_common::wire::told::Told;
use serde::Serialize;

/// The time of an invitation has passed. Not registered anywhere.
const EXPIRED: u16 = 489;
/// There is no such invitation. Not registered anywhere.
const NOT_FOUND: u16 = 498;

/// An answer that says what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChoirError {
    /// The status of the answer.
    pub status: StatusCode,
    /// A sentence for the caller.
    pub message: Cow<'static, str>,
    reason: Option<&'static str>,
    retry_after: Option<Duration>,
}

impl ChoirError {
    fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            message: message.into(),
            reason: None,
            retry_after: None,
        }
    }

    fn unregistered(status: u16, reason: &'static str, message: String) -> Self {
        // Both numbers are within the range of statuses.
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::GONE);
        Self {
            reason: Some(reason),
            ..Self::new(status, message)
        }
    }

    /// 489: told once to whoever asks first after the end.
    pub fn expired(id: &str) -> Self {
        let message = format!("Invitation \"{id}\" has expired");
        Self::unregistered(EXPIRED, "Invitation Expired", message)
    }

    /// 498: there is none, or none any more.
    pub fn not_found(id: &str) -> Self {
        let message = format!("Invitation \"{id}\" was not found");
        Self::unregistered(NOT_FOUND, "Invitation Not Found", message)
    }

    /// 498 as the platform's application server takes it: its time has passed.
    pub fn over(id: &str) -> Self {
        let message = format!("Invitation \"{id}\" has expired");
        Self::unregistered(NOT_FOUND, "Invitation Expired", message)
    }

    /// 404 for the platform's application server: there is none.
    pub fn unknown(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("Invitation \"{id}\" was not found"),
        )
    }

    /// 422: `members` of the body are absent, null or empty. `what` is what could not be made.
    pub fn missing(what: &str, members: &[&str]) -> Self {
        let list = members.join("\", \"");
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("Parameters missing from {what} creation \"{list}\""),
        )
    }

    /// 422: one member of a call that makes nothing.
    pub fn missing_member(member: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("Parameters missing \"{member}\""),
        )
    }

    /// 401: no key, more than one, or one that is not alive.
    fn bad_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "The API key is missing or not valid",
        )
    }

    /// 401: no session.
    fn not_signed_in() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "You are not signed in")
    }

    /// 403: a rule, in a sentence.
    pub fn forbidden(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, sentence)
    }

    /// 400: bad input, in a sentence.
    pub fn bad_request(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// 404: there is no such key.
    pub fn key_not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "Key was not found")
    }

    /// 404: nothing lies at this path.
    pub fn no_such_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing here")
    }

    /// 405.
    pub fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "The method is not allowed here",
        )
    }

    /// How long to wait before the call has a chance, if it is known.
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

#[derive(Serialize)]
struct Body<'a> {
    status: &'static str,
    message: &'a str,
}

impl fmt::Display for ChoirError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.message)
    }
}

impl ResponseError for ChoirError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::build(self.status);
        if let Some(reason) = self.reason {
            answer.reason(reason);
        }
        let answer = answer.json(Body {
            status: "err",
            message: &self.message,
        });
        with_retry_after(answer, self.retry_after)
    }
}

impl From<Fault> for ChoirError {
    fn from(fault: Fault) -> Self {
        let told = Told::from(fault);
        let (status, retry_after) = (told.status(), told.retry_after());
        let message = match told {
            Told::Unauthenticated => return Self::bad_key(),
            Told::Invalid(sentence) => sentence,
            Told::Busy(_) => "Too many requests".into(),
            Told::Unavailable(_) => "Please try again".into(),
            Told::Internal => "Something went wrong".into(),
        };
        Self {
            retry_after,
            ..Self::new(status, message)
        }
    }
}

/// People have a session, services a key.
impl From<Refused> for ChoirError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NoSession => Self::not_signed_in(),
            Refused::Missing | Refused::Invalid | Refused::Scope(_) => Self::bad_key(),
            Refused::Fault(fault) => fault.into(),
        }
    }
}

impl From<BadInput> for ChoirError {
    fn from(bad: BadInput) -> Self {
        match bad {
            BadInput::Body(unread) | BadInput::Query(unread) => {
                Self::bad_request(unread.to_string())
            }
            BadInput::Path(sentence) => Self::bad_request(sentence),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::header::RETRY_AFTER;

    use super::*;

    async fn shown(error: ChoirError) -> (u16, String) {
        let answer = error.error_response();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body()).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[actix_web::test]
    async fn messages_are_the_contracts() {
        let (status, body) = shown(ChoirError::expired("a\"b")).await;
        assert_eq!(status, 489);
        assert_eq!(
            body,
            r#"{"status":"err","message":"Invitation \"a\"b\" has expired"}"#
        );
        assert_eq!(shown(ChoirError::not_found("x")).await.0, 498);
        let missing = ChoirError::missing("invitation", &["creator", "choirId"]);
        assert_eq!(
            missing.message,
            r#"Parameters missing from invitation creation "creator", "choirId""#
        );
        assert_eq!(missing.status, 422);
    }

    #[actix_web::test]
    async fn trouble_says_when_to_come_back_and_nothing_else() {
        let error = ChoirError::from(Fault::unavailable("database", "secret path"));
        let answer = error.error_response();
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
        assert!(!shown(error).await.1.contains("secret"));
        assert_eq!(shown(Fault::Unauthenticated.into()).await.0, 401);
    }
}
