//! The namespace contract's error shape: a refused form names its fields, each with a list of
//! sentences; everything else is one `message`. Whatever a caller may not know of is 404.

use std::borrow::Cow;
use std::collections::BTreeMap;
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
use latchkey_common::wire::unread::{BadMember, Unread};
use serde_json::json;

/// An answer that says what went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldsError {
    /// 400: what is wrong with which field.
    Fields(BTreeMap<Cow<'static, str>, Vec<String>>),
    /// 404: no credential, the wrong one, or no such thing.
    NotFound,
    /// 429: come back after this time.
    TooMany(Duration),
    /// 503: come back after this time.
    Unavailable(Duration),
    /// 500: a bug.
    Internal,
}

impl FieldsError {
    /// One sentence about one field.
    pub fn field(field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) -> Self {
        Self::fields([(field, sentence)])
    }

    /// Sentences about several fields.
    pub fn fields<F: Into<Cow<'static, str>>, S: Into<String>>(
        list: impl IntoIterator<Item = (F, S)>,
    ) -> Self {
        let mut fields: BTreeMap<_, Vec<String>> = BTreeMap::new();
        for (field, sentence) in list {
            fields
                .entry(field.into())
                .or_default()
                .push(sentence.into());
        }
        Self::Fields(fields)
    }

    /// What cannot be read stands under its own name, or under `all` where it is about no member.
    fn unread(all: &'static str, unread: Unread) -> Self {
        match unread.member {
            None => Self::field(all, unread.sentence),
            Some(BadMember { name, what }) => Self::field(name, format!("This {}.", what.words())),
        }
    }

    const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooMany(wait) | Self::Unavailable(wait) => Some(*wait),
            Self::Fields(_) | Self::NotFound | Self::Internal => None,
        }
    }
}

/// The words for a status, as the body of an answer. Also for what the edge refuses.
pub(super) fn message(status: StatusCode) -> HttpResponse {
    let words = status.canonical_reason().unwrap_or("Error");
    HttpResponse::build(status).json(json!({ "message": words }))
}

impl fmt::Display for FieldsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.status_code().fmt(f)
    }
}

impl ResponseError for FieldsError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Fields(_) => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        if let Self::Fields(fields) = self {
            return HttpResponse::BadRequest().json(fields);
        }
        with_retry_after(message(self.status_code()), self.retry_after())
    }
}

impl From<Fault> for FieldsError {
    fn from(fault: Fault) -> Self {
        match fault.into() {
            Told::Unauthenticated => Self::NotFound,
            Told::Invalid(sentence) => Self::field("request", sentence),
            Told::Busy(wait) => Self::TooMany(wait),
            Told::Unavailable(wait) => Self::Unavailable(wait),
            Told::Internal => Self::Internal,
        }
    }
}

impl From<Refused> for FieldsError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fault(fault) => fault.into(),
            Refused::NoSession | Refused::Missing | Refused::Invalid | Refused::Scope(_) => {
                Self::NotFound
            }
        }
    }
}

/// A path that cannot be read names nothing.
impl From<BadInput> for FieldsError {
    fn from(bad: BadInput) -> Self {
        match bad {
            BadInput::Body(unread) => Self::unread("body", unread),
            BadInput::Query(unread) => Self::unread("query", unread),
            BadInput::Path(_) => Self::NotFound,
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::RETRY_AFTER;

    use super::*;

    async fn shown(error: FieldsError) -> (HttpResponse, serde_json::Value) {
        let (head, body) = error.error_response().into_parts();
        let bytes = actix_web::body::to_bytes(body).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap();
        (head.set_body(BoxBody::new(())), json)
    }

    #[actix_web::test]
    async fn the_shapes_are_exact() {
        let error = FieldsError::fields([("handle", "One."), ("handle", "Two.")]);
        let (answer, json) = shown(error).await;
        assert_eq!(answer.status(), 400);
        assert_eq!(json, json!({ "handle": ["One.", "Two."] }));
        for refused in [Refused::Missing, Refused::Invalid, Refused::Scope("a:b")] {
            let (answer, json) = shown(refused.into()).await;
            assert_eq!(answer.status(), 404);
            assert_eq!(json, json!({ "message": "Not Found" }));
        }
        let (answer, json) = shown(Fault::internal("secret").into()).await;
        assert_eq!(answer.status(), 500);
        assert_eq!(json, json!({ "message": "Internal Server Error" }));
        let (answer, _) = shown(Fault::overloaded("x").into()).await;
        assert_eq!(answer.status(), 503);
        assert_eq!(answer.headers().get(RETRY_AFTER).unwrap(), "2");
    }
}
