//! Calls that are made once: an optional `Idempotency-Key` on whatever changes something.

use std::marker::PhantomData;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use latchkey_common::auth::UserId;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::{CallError, KeyRefusal, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::wire::call_key::{self, CallKey, REPLAYED};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Problem;

/// A body, and the key of its call.
pub type Keyed<T> = call_key::Keyed<T, Problem>;
/// The key of a call without a body.
pub type Key = call_key::Key<Problem>;

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    body: Option<String>,
}

impl Kept {
    fn showing(status: u16, shape: &impl Serialize) -> Result<Vec<u8>, Fault> {
        let body = serde_json::to_string(shape).map_err(|error| unreadable(&error))?;
        Self {
            status,
            body: Some(body),
        }
        .bytes()
    }

    fn bytes(&self) -> Result<Vec<u8>, Fault> {
        serde_json::to_vec(self).map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> Fault {
    Fault::internal(error.to_string())
}

/// The answer that was given before.
fn replayed(kept: &[u8]) -> Result<HttpResponse, Problem> {
    let kept: Kept = serde_json::from_slice(kept).map_err(|error| unreadable(&error))?;
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let mut answer = HttpResponse::build(status);
    answer.insert_header(REPLAY);
    Ok(match kept.body {
        None => answer.finish(),
        Some(body) => {
            answer.insert_header((CONTENT_TYPE, HeaderValue::from_static("application/json")));
            answer.body(body)
        }
    })
}

/// The call of somebody who is signed in. Keys of other contracts are others.
pub fn call_of(user: UserId, key: CallKey) -> OneCall {
    key.by(format_args!("chat {}", user.0))
}

/// A success with this status that shows what was made as an `S`.
#[derive(Debug)]
pub struct Showing<S, const STATUS: u16>(PhantomData<S>);

/// 201 with what was made.
pub type Created<S> = Showing<S, 201>;
/// 200 with what became of it.
pub type Shown<S> = Showing<S, 200>;

impl<S: Serialize, const STATUS: u16> Showing<S, STATUS> {
    /// The call of `user`, if it has a key.
    pub fn once<T: Clone + Into<S>>(user: UserId, key: Option<CallKey>) -> Option<Once<T>> {
        Some(Self::of(call_of(user, key?)))
    }

    /// This call, whoever's it is.
    pub fn of<T: Clone + Into<S>>(call: OneCall) -> Once<T> {
        Once {
            call,
            answer: Self::kept,
            seal: None,
        }
    }

    /// The answer as it is kept.
    ///
    /// # Errors
    /// `Internal` when it cannot be written as JSON.
    pub fn kept<T: Clone + Into<S>>(made: &T) -> Result<Vec<u8>, Fault> {
        Kept::showing(STATUS, &made.clone().into())
    }

    /// The answer.
    ///
    /// # Errors
    /// 500 when what was kept cannot be read.
    pub fn answer<T: Into<S>>(made: Made<T>) -> Result<HttpResponse, Problem> {
        match made {
            Made::Now(made) => {
                let status = StatusCode::from_u16(STATUS).unwrap_or(StatusCode::OK);
                Ok(HttpResponse::build(status).json(made.into()))
            }
            Made::Before(kept) => replayed(&kept),
        }
    }
}

/// A success whose answer is more than a body: of that an `S` is kept.
#[derive(Debug)]
pub struct Told<S>(PhantomData<S>);

impl<S: Serialize + DeserializeOwned> Told<S> {
    /// This call, whoever's it is.
    pub fn of<T>(call: OneCall) -> Once<T>
    where
        S: for<'a> From<&'a T>,
    {
        Once {
            call,
            answer: |made| serde_json::to_vec(&S::from(made)).map_err(|error| unreadable(&error)),
            seal: None,
        }
    }

    /// What was made, as it is or was kept; and an answer that says whether it was given before.
    ///
    /// # Errors
    /// 500 when what was kept cannot be read.
    pub fn begin<T>(made: Made<T>) -> Result<(S, HttpResponseBuilder), Problem>
    where
        S: for<'a> From<&'a T>,
    {
        let mut answer = HttpResponse::Ok();
        match made {
            Made::Now(made) => Ok((S::from(&made), answer)),
            Made::Before(kept) => {
                let kept = serde_json::from_slice(&kept).map_err(|error| unreadable(&error))?;
                answer.insert_header(REPLAY);
                Ok((kept, answer))
            }
        }
    }
}

/// Says of an answer that it was given before.
pub const REPLAY: (HeaderName, HeaderValue) = (REPLAYED, HeaderValue::from_static("true"));

/// 200 without a body.
#[derive(Debug, Clone, Copy)]
pub struct Done;

impl Done {
    /// The call of `user`, if it has a key.
    pub fn once<T>(user: UserId, key: Option<CallKey>) -> Option<Once<T>> {
        Some(Self::of(call_of(user, key?)))
    }

    /// This call, whoever's it is.
    pub fn of<T>(call: OneCall) -> Once<T> {
        let nothing = |_: &T| {
            let kept = Kept {
                status: 200,
                body: None,
            };
            kept.bytes()
        };
        Once {
            call,
            answer: nothing,
            seal: None,
        }
    }

    /// The answer.
    ///
    /// # Errors
    /// 500 when what was kept cannot be read.
    pub fn answer<T>(made: Made<T>) -> Result<HttpResponse, Problem> {
        match made {
            Made::Now(_) => Ok(HttpResponse::Ok().finish()),
            Made::Before(kept) => replayed(&kept),
        }
    }
}

impl From<KeyRefusal> for Problem {
    fn from(refusal: KeyRefusal) -> Self {
        match refusal {
            KeyRefusal::OtherCall => Self::key_reused(),
            KeyRefusal::InProgress => Self::key_in_progress(),
        }
    }
}

impl<E: Into<Self>> From<CallError<E>> for Problem {
    fn from(error: CallError<E>) -> Self {
        match error {
            CallError::Key(refusal) => refusal.into(),
            CallError::Refused(error) => error.into(),
        }
    }
}
