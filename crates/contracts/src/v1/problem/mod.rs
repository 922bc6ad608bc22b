//! What goes wrong, as RFC 9457 has it. Which problems there are says the [`catalogue`]: each has a page of its
//! own at its `type`.

pub mod catalogue;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::auth::{Refused, clear_cookie};
use latchkey_common::fault::Fault;
use latchkey_common::rpc::context;
use latchkey_common::wire::details::MEDIA_TYPE;
use latchkey_common::wire::form::Complaint;
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_common::wire::told::Told;
use serde::Serialize;

pub use self::catalogue::Kind;

/// Where the pages about problems lie, each under its code.
pub const PAGES: &str = "/v1/problems/";

/// An answer that says what went wrong. Never echoes what the caller sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    kind: &'static Kind,
    detail: Cow<'static, str>,
    more: Box<More>,
}

/// What few problems have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct More {
    complaints: Vec<Complaint>,
    /// The address of the thing that stands in the way, for whoever may see it.
    instead: Option<String>,
    /// Enough of a name to know one's own by.
    hint: Option<String>,
    retry_after: Option<Duration>,
    challenge: Option<String>,
    clears_cookie: bool,
}

/// The members in the order of the RFC, ours behind them.
#[derive(Serialize)]
struct Shown<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    code: &'a str,
    retryable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [Complaint],
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

impl Problem {
    /// A problem that says no more than its kind.
    pub fn of(kind: &'static Kind) -> Self {
        Self {
            kind,
            detail: Cow::Borrowed(kind.detail),
            more: Box::default(),
        }
    }

    /// Input that can be read and is wrong in these places.
    pub fn wrong(complaints: Vec<Complaint>) -> Self {
        let mut problem = Self::of(&catalogue::WRONG_INPUT);
        problem.more.complaints = complaints;
        problem
    }

    /// Input that is wrong in one place.
    pub fn wrong_at(pointer: &str, code: &'static str, detail: &str) -> Self {
        Self::wrong(vec![Complaint {
            pointer: pointer.to_owned(),
            code,
            detail: detail.to_owned(),
        }])
    }

    /// The same in words of this occurrence.
    #[must_use]
    pub fn saying(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same with the address of what there is instead.
    #[must_use]
    pub fn instead(mut self, address: String) -> Self {
        self.more.instead = Some(address);
        self
    }

    /// The same with as much of a name as its owner knows it by.
    #[must_use]
    pub fn hinting(mut self, name: Option<String>) -> Self {
        self.more.hint = name;
        self
    }

    /// The same with the time after which another try has a chance.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.more.retry_after = Some(wait);
        self
    }

    fn challenged(mut self, challenge: impl Into<String>) -> Self {
        self.more.challenge = Some(challenge.into());
        self
    }

    /// The word for programs.
    pub const fn code(&self) -> &'static str {
        self.kind.code
    }

    /// The status of the answer.
    pub const fn status(&self) -> StatusCode {
        self.kind.status
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.status.as_u16(), self.kind.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let shown = Shown {
            r#type: format!("{PAGES}{}", self.kind.code),
            title: self.kind.title,
            status: self.kind.status.as_u16(),
            detail: &self.detail,
            code: self.kind.code,
            retryable: self.kind.is_retryable,
            request_id: context::current().map(|context| context.request_id),
            errors: &self.more.complaints,
            instead: self.more.instead.as_deref(),
            hint: self.more.hint.as_deref(),
        };
        let mut answer = HttpResponse::build(self.kind.status);
        answer.insert_header((CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE)));
        if let Some(challenge) = &self.more.challenge {
            answer.insert_header((WWW_AUTHENTICATE, challenge.as_str()));
        }
        // Texts and numbers: this cannot fail, and an empty body is better than a panic.
        let mut answer = answer.body(serde_json::to_vec(&shown).unwrap_or_default());
        if self.more.clears_cookie {
            // Name and value are ours: they always fit into a header.
            drop(answer.add_cookie(&clear_cookie()));
        }
        with_retry_after(answer, self.more.retry_after)
    }
}

impl From<Refused> for Problem {
    /// A token's challenge is that of RFC 6750 (3).
    fn from(refused: Refused) -> Self {
        let unknown = Self::of(&catalogue::UNAUTHENTICATED);
        match refused {
            Refused::Fault(fault) => fault.into(),
            Refused::NoSession => {
                let mut problem = unknown.challenged("Bearer");
                problem.more.clears_cookie = true;
                problem
            }
            Refused::Missing => unknown.challenged("Bearer"),
            Refused::Invalid => unknown.challenged("Bearer error=\"invalid_token\""),
            Refused::Scope(word) => Self::of(&catalogue::SCOPE_MISSING).challenged(format!(
                "Bearer error=\"insufficient_scope\", scope=\"{word}\""
            )),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        match fault.into() {
            Told::Unauthenticated => Refused::Missing.into(),
            Told::Invalid(sentence) => Self::of(&catalogue::UNREADABLE).saying(sentence),
            Told::Busy(wait) => Self::of(&catalogue::RATE_LIMITED).after(wait),
            Told::Unavailable(wait) => Self::of(&catalogue::DEPENDENCY_UNAVAILABLE).after(wait),
            Told::Internal => Self::of(&catalogue::INTERNAL_ERROR),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::header::RETRY_AFTER;
    use latchkey_common::rpc::context::Context;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_no_contracts_has_its_pages_here() {
        for (status, page) in latchkey_common::wire::details::PAGES {
            let code = page.strip_prefix(PAGES).unwrap();
            let kind = catalogue::of(code).unwrap_or_else(|| panic!("{page} is no page"));
            assert_eq!(kind.status.as_u16(), status, "{page}");
        }
    }

    async fn shown(problem: &Problem) -> (HttpResponse, Value) {
        let (head, body) = problem.error_response().into_parts();
        let bytes = to_bytes(body).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap();
        (head.set_body(BoxBody::new(())), json)
    }

    #[actix_web::test]
    async fn the_shape_is_exact() {
        let problem = Problem::wrong_at("#/max_uses", "range", "This must be from 1 to 9.");
        let context = Context::of_a_job(Duration::from_secs(1));
        let id = context.request_id.clone();
        let (answer, json) = context::within(context, shown(&problem)).await;
        assert_eq!(answer.headers().get(CONTENT_TYPE).unwrap(), MEDIA_TYPE);
        assert_eq!(
            json,
            json!({
                "type": "/v1/problems/wrong-input",
                "title": "The input is wrong",
                "status": 422,
                "detail": catalogue::WRONG_INPUT.detail,
                "code": "wrong-input",
                "retryable": false,
                "request_id": id,
                "errors": [{
                    "pointer": "#/max_uses",
                    "code": "range",
                    "detail": "This must be from 1 to 9.",
                }],
            })
        );
    }

    #[actix_web::test]
    async fn a_challenge_names_what_is_missing() {
        for (refused, status, challenge) in [
            (Refused::NoSession, 401, "Bearer"),
            (Refused::Missing, 401, "Bearer"),
            (Refused::Invalid, 401, "Bearer error=\"invalid_token\""),
            (
                Refused::Scope("invitation:write"),
                403,
                "Bearer error=\"insufficient_scope\", scope=\"invitation:write\"",
            ),
        ] {
            let clears = matches!(refused, Refused::NoSession);
            let (answer, _) = shown(&refused.into()).await;
            assert_eq!(answer.status(), status);
            assert_eq!(answer.headers().get(WWW_AUTHENTICATE).unwrap(), challenge);
            assert_eq!(
                answer.headers().contains_key("set-cookie"),
                clears,
                "{challenge}"
            );
        }
    }

    #[actix_web::test]
    async fn trouble_says_when_to_come_back_and_nothing_of_its_cause() {
        let busy = Fault::Busy {
            retry_after: Duration::from_millis(1_200),
        };
        for (fault, status, wait) in [
            (busy, 429, Some("2")),
            (
                Fault::unavailable("database", "secret path"),
                503,
                Some("2"),
            ),
            (Fault::internal("secret path"), 500, None),
        ] {
            let (answer, json) = shown(&fault.into()).await;
            assert_eq!(answer.status(), status);
            let told = answer
                .headers()
                .get(RETRY_AFTER)
                .map(|wait| wait.to_str().unwrap());
            assert_eq!(told, wait);
            assert_eq!(json["retryable"], status != 500);
            assert!(!json.to_string().contains("secret"), "{json}");
        }
    }
}
