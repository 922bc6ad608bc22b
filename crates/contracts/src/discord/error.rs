//! What the contract answers when it refuses. Most answers have three keys (`statusCode`, `error`,
//! `message`), a few have `message` alone; and GET and POST say the same things in other words, so each
//! has a type of its own.

use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use latchkey_common::auth::Refused;
use latchkey_common::fault::Fault;
use latchkey_common::wire::input::BadInput;
use latchkey_common::wire::retry_after::with_retry_after;
use latchkey_common::wire::told::Told;
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

    pub(super) fn response(&self) -> HttpResponse {
        let keys = (!self.is_bare).then_some(self.status);
        let answer = HttpResponse::build(self.status).json(Body {
            status_code: keys.map(|status| status.as_u16()),
            error: keys.map(|status| status.canonical_reason().unwrap_or_default()),
            message: &self.message,
        });
        with_retry_after(answer, self.retry_after)
    }

    /// Trouble that every call may meet; `unknown` and `broken` are the call's words for 401 and
    /// 500.
    fn of(fault: Fault, unknown: &str, broken: &str) -> Self {
        let told = Told::from(fault);
        let (status, retry_after) = (told.status(), told.retry_after());
        let message = match told {
            Told::Unauthenticated => unknown.to_owned(),
            Told::Invalid(sentence) => sentence.into_owned(),
            Told::Busy(_) => "Too many requests".to_owned(),
            Told::Unavailable(_) | Told::Internal => broken.to_owned(),
        };
        Self::new(status, message).with_retry(retry_after)
    }
}

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
                    Refused::NoSession
                    | Refused::Missing
                    | Refused::Invalid
                    | Refused::Scope(_) => Fault::Unauthenticated.into(),
                }
            }
        }

        impl From<BadInput> for $name {
            /// The description has this sentence to the letter.
            fn from(_: BadInput) -> Self {
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
