//! What a caller is told of trouble. Each contract words it; the source goes into the log, here and
//! nowhere else.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::http::StatusCode;

use crate::fault::{Fault, RETRY_AFTER};

/// A fault without what is not for the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// No credential, or none that is alive.
    Unauthenticated,
    /// The input cannot be understood: a sentence.
    Invalid(Cow<'static, str>),
    /// Too many requests until this time has passed.
    Busy(Duration),
    /// Something is down; another try has a chance after this time.
    Unavailable(Duration),
    /// A bug.
    Internal,
}

impl Told {
    /// The status that says it.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// When to come back, where that helps (`Retry-After`).
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy(wait) | Self::Unavailable(wait) => Some(*wait),
            Self::Unauthenticated | Self::Invalid(_) | Self::Internal => None,
        }
    }
}

/// Logs, inside the request's span, so that the request's id stands beside it.
impl From<Fault> for Told {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Unauthenticated => Self::Unauthenticated,
            Fault::Invalid(sentence) => {
                tracing::debug!(%sentence, "bad input");
                Self::Invalid(sentence)
            }
            Fault::Busy { retry_after } => Self::Busy(retry_after),
            Fault::Unavailable { what, source } => {
                let source = source.map_or_else(|| "overloaded".to_owned(), |s| s.to_string());
                tracing::warn!(what, source, "unavailable");
                Self::Unavailable(RETRY_AFTER)
            }
            Fault::Internal(source) => {
                tracing::error!(%source, "internal error");
                Self::Internal
            }
        }
    }
}
