//! Input as the chat contract takes it. Everything that cannot be understood is the problem
//! `invalid-request-parameters`, whose texts the contract fixes; and none of it is
//! told to somebody without a session where the call needs one (see [`crate::auth::SignedIn`]).

mod json;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

pub use self::json::ChatJson;

use super::path::has_nul;
use crate::auth::after_session_check;
use crate::wire::problem::Problem;

/// The query of a call. Unknown members are ignored; a repeated one is refused.
#[derive(Debug, Clone)]
pub struct ChatQuery<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for ChatQuery<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = read_query(req.query_string());
        let req = req.clone();
        Box::pin(async move {
            match read {
                Ok(value) => Ok(Self(value)),
                Err(problem) => Err(after_session_check(&req, problem).await),
            }
        })
    }
}

fn read_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    if query.contains("%00") {
        return Err(bad("The query has a NUL character in it."));
    }
    web::Query::<T>::from_query(query)
        .map(web::Query::into_inner)
        .map_err(|_quotes_input| bad("A query parameter is missing, repeated or of a wrong type."))
}

/// The variable parts of a path.
#[derive(Debug, Clone)]
pub struct ChatPath<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for ChatPath<T> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let read = web::Path::<T>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            match read.await {
                Ok(value) if !has_nul(&req) => Ok(Self(value.into_inner())),
                _ => {
                    let problem = bad("A part of the path has a wrong type.");
                    Err(after_session_check(&req, problem).await)
                }
            }
        })
    }
}

/// The contract fixes the problem's texts to the letter; what exactly is wrong stands in the log.
fn bad(sentence: &'static str) -> Problem {
    tracing::debug!(sentence, "bad input");
    Problem::invalid_request_parameters()
}
