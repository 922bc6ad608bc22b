//! The operator's calls: what is told when a call did nothing. They come over a listener that only
//! operators reach, so the sentences may say more than a contract's.

use std::borrow::Cow;
use std::fmt;

use actix_web::http::StatusCode;
use actix_web::web::JsonConfig;
use actix_web::{HttpResponse, ResponseError};
use serde::{Deserialize, Serialize};

use crate::fault::Fault;
use crate::wire::told::Told;

/// How commands read JSON.
pub(crate) fn json() -> JsonConfig {
    JsonConfig::default()
        .content_type_required(false)
        .error_handler(|error, _| OperatorError::invalid(error.to_string()).into())
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// A sentence for a person.
    pub error: String,
}

/// A refusal and its status: 400 bad input, 403 not for this caller, 404 nothing of that name, 409 a
/// rule, 503 try again, 500 a bug.
#[derive(Debug)]
pub struct OperatorError {
    status: StatusCode,
    sentence: Cow<'static, str>,
}

impl OperatorError {
    /// Input that makes no sense.
    pub fn invalid(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            sentence: sentence.into(),
        }
    }

    /// The caller is known and may not do this.
    pub(crate) fn forbidden(sentence: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            sentence: sentence.into(),
        }
    }

    /// There is nothing of that name; `what` is a noun.
    pub fn not_found(what: &str) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            sentence: format!("no such {what}").into(),
        }
    }

    /// A rule refused, in its own words.
    pub fn conflict(refusal: &impl fmt::Display) -> Self {
        Self {
            status: StatusCode::CONFLICT,
            sentence: refusal.to_string().into(),
        }
    }
}

impl fmt::Display for OperatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl ResponseError for OperatorError {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status).json(Refusal {
            error: self.sentence.clone().into_owned(),
        })
    }
}

impl From<Fault> for OperatorError {
    fn from(fault: Fault) -> Self {
        // The operator owns the machine and may read what went wrong.
        let sentence = fault.to_string().into();
        Self {
            status: Told::from(fault).status(),
            sentence,
        }
    }
}
