//! The words of no contract, for tests of what contracts have in common.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use super::details::Details;
use super::input::BadInput;
use super::told::Told;
use crate::auth::{Refused, clear_cookie};

/// A refusal that says no more than its status and what is wrong with the input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plain(pub(crate) StatusCode, pub(crate) Option<BadInput>);

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<BadInput> for Plain {
    fn from(bad: BadInput) -> Self {
        Self(StatusCode::BAD_REQUEST, Some(bad))
    }
}

impl From<Refused> for Plain {
    fn from(refused: Refused) -> Self {
        Self(
            match refused {
                Refused::Scope(_) => StatusCode::FORBIDDEN,
                Refused::Fault(fault) => Told::from(fault).status(),
                Refused::NoSession | Refused::Missing | Refused::Invalid => {
                    StatusCode::UNAUTHORIZED
                }
            },
            None,
        )
    }
}

impl ResponseError for Plain {
    fn status_code(&self) -> StatusCode {
        self.0
    }

    fn error_response(&self) -> HttpResponse {
        let detail = match &self.1 {
            Some(BadInput::Body(unread) | BadInput::Query(unread)) => unread.sentence,
            Some(BadInput::Path(words)) => words,
            None => "",
        };
        let mut answer = Details::of(self.0, detail).response(None);
        if self.0 == StatusCode::UNAUTHORIZED {
            answer.add_cookie(&clear_cookie()).unwrap();
        }
        answer
    }
}
