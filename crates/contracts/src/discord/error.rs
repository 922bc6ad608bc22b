//! What the contract answers when it refuses. Most answers have three keys (`statusCode`, `error`,
//! `message`), a few have `message` alone; and GET and POST say the same things in other words, so each
//! has a type of its own.

use std::fmt;
use std::time::Duration;

use actix_web::http::header::RETRY_AFTER;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::auth::Refused;
use latchkey_common::fault::{self, Fault};
use latchkey_common::server::{Dialect, Refusal, is_below};
use serde::Serialize;

/// The members in the document's order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    status_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    message: &'a str,
}

/// An answer that is no success.
#[derive(Debug)]
pub struct NoSuccess {
    status: StatusCode,
    message: String,
    /// True for the answers of the document that have nothing beside the message.
    is_bare: bool,
    retry_after: Option<Duration>,
}

impl NoSuccess {
    /// An answer with all three keys.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            is_bare: false,
            retry_after: None,
        }
    }

    /// An answer with the message alone.
    pub fn bare(status: StatusCode, message: &str) -> Self {
        Self {
            is_bare: true,
            ..Self::new(status, message)
        }
    }

    /// The same with the time after which the call has a chance.
    #[must_use]
    pub fn with_retry(self, retry_after: Option<Duration>) -> Self {
        Self {
            retry_after,
            ..self
        }
    }

    fn response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if let Some(wait) = self.retry_after {
            let up = u64::from(wait.subsec_nanos() > 0);
            answer.insert_header((RETRY_AFTER, wait.as_secs().saturating_add(up).max(1)));
        }
        let keys = (!self.is_bare).then_some(self.status);
        answer.json(Body {
            status_code: keys.map(|status| status.as_u16()),
            error: keys.map(|status| status.canonical_reason().unwrap_or_default()),
            message: &self.message,
        })
    }

    /// Trouble that every call may meet; `unknown` and `broken` are the call's words for 401 and
    /// 500. The one place where it is logged.
    fn of(fault: Fault, unknown: &str, broken: &str) -> Self {
        match fault {
            Fault::Unauthenticated => Self::new(StatusCode::UNAUTHORIZED, unknown),
            Fault::Invalid(sentence) => Self::new(StatusCode::BAD_REQUEST, sentence),
            Fault::Busy { retry_after } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "Too many requests")
                    .with_retry(Some(retry_after))
            }
            Fault::Unavailable { what, source } => {
                let source = source.map_or_else(|| "overloaded".to_owned(), |s| s.to_string());
                tracing::warn!(what, source, "unavailable");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, broken)
                    .with_retry(Some(fault::RETRY_AFTER))
            }
            Fault::Internal(source) => {
                tracing::error!(%source, "internal error");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, broken)
            }
        }
    }
}

/// The query cannot be read: a parameter is there twice, or is of a wrong type.
#[derive(Debug)]
pub struct BadQuery;

/// Makes the refusals of one call: a type with its words for 401 and 500.
macro_rules! refusal {
    ($(#[$doc:meta])* $name:ident, $unknown:literal, $broken:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name(NoSuccess);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", self.0.status.as_u16(), self.0.message)
            }
        }

        impl ResponseError for $name {
            fn status_code(&self) -> StatusCode {
                self.0.status
            }

            fn error_response(&self) -> HttpResponse {
                self.0.response()
            }
        }

        impl From<NoSuccess> for $name {
            fn from(answer: NoSuccess) -> Self {
                Self(answer)
            }
        }

        impl From<Fault> for $name {
            fn from(fault: Fault) -> Self {
                Self(NoSuccess::of(fault, $unknown, $broken))
            }
        }

        impl From<Refused> for $name {
            fn from(refused: Refused) -> Self {
                match refused {
                    Refused::Fault(fault) => fault.into(),
                    Refused::Missing | Refused::Invalid | Refused::Scope => {
                        Fault::Unauthenticated.into()
                    }
                }
            }
        }

        impl From<BadQuery> for $name {
            fn from(_: BadQuery) -> Self {
                Fault::invalid("A query parameter is repeated or of a wrong type.").into()
            }
        }
    };
}

refusal!(
    /// GET refuses.
    ReadRefusal,
    "You are not authorized for this action.",
    "Something went wrong. Please contact admin"
);
refusal!(
    /// POST refuses.
    MakeRefusal,
    "Unauthenticated user",
    "An internal server error occurred"
);
refusal!(
    /// A call of super users refuses.
    LinksRefusal,
    "Unauthenticated user",
    "An internal server error occurred"
);

/// What the edge refuses, in this contract's shape.
pub const DIALECT: Dialect = Dialect {
    owns: |path| {
        ["/discord", "/discord-actions"]
            .iter()
            .any(|root| is_below(path, root))
    },
    guards_strangers: false,
    refuse: |method, refusal| match refusal {
        Refusal::ForeignPage => NoSuccess::new(
            StatusCode::FORBIDDEN,
            "A page of another site may not do this",
        )
        .response(),
        Refusal::NoSuchPath => NoSuccess::new(StatusCode::NOT_FOUND, "Not found").response(),
        Refusal::WrongMethod => {
            NoSuccess::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed").response()
        }
        Refusal::Trouble(fault) if *method == Method::GET => {
            ReadRefusal::from(fault).error_response()
        }
        Refusal::Trouble(fault) => MakeRefusal::from(fault).error_response(),
    },
};
