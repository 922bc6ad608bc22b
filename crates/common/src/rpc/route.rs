//! The answering end of a call.

use std::future::Future;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Json, JsonConfig};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Refusable;
use crate::server::internal::{InternalRoute, PeerService};
use crate::wire::operator::OperatorError;

/// The largest question in bytes: a thousand ids and room to spare.
const LARGEST: usize = 1 << 20;

/// The route of one call, which `callers` and nobody else may make. A refusal by a rule is an answer
/// (`{"Err": name}` beside `{"Ok": …}`); trouble is a status.
pub fn route<Q, A, E, F, Fut>(
    service: &str,
    call: &str,
    callers: &'static [&'static str],
    answer: F,
) -> InternalRoute
where
    Q: DeserializeOwned + 'static,
    A: Serialize + 'static,
    E: Refusable + 'static,
    F: Fn(Q) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<A, E>> + 'static,
{
    let json = JsonConfig::default()
        .limit(LARGEST)
        .error_handler(|error, _| OperatorError::invalid(error.to_string()).into());
    let handler = move |_: PeerService, Json(question): Json<Q>| {
        let asked = answer(question);
        async move { reply(asked.await) }
    };
    InternalRoute::peer(service, call, callers, handler).with(json)
}

fn reply<A: Serialize, E: Refusable>(outcome: Result<A, E>) -> Result<HttpResponse, OperatorError> {
    let answer: Result<A, &'static str> = match outcome {
        Ok(answer) => Ok(answer),
        Err(error) => Err(error.into_name()?),
    };
    Ok(HttpResponse::build(StatusCode::OK).json(answer))
}
