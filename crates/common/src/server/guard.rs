//! A handler that takes too long, or panics, still has an answer.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt as _;

use super::contract::{self, Refusal};
use crate::fault::Fault;

/// Calls the handler. `Err` where no handler answered; the request is gone then.
///
/// The limit is on the time until an answer begins: a live stream begins at once and goes on.
pub(super) async fn call<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
    limit: Duration,
    refuse: impl Fn(Refusal) -> HttpResponse,
) -> Result<ServiceResponse<BoxBody>, HttpResponse> {
    let handler = AssertUnwindSafe(async move { next.call(req).await }).catch_unwind();
    match tokio::time::timeout(limit, handler).await {
        Ok(Ok(Ok(answer))) => Ok(contract::shape(answer, refuse)),
        Ok(Ok(Err(error))) => Err(error.error_response()),
        Ok(Err(panic)) => {
            let said = format!("the handler panicked: {}", words(&*panic));
            Err(refuse(Refusal::Trouble(Fault::internal(said))))
        }
        Err(_) => {
            let said = format!("no answer within {} ms", limit.as_millis());
            Err(refuse(Refusal::Trouble(Fault::unavailable(
                "handler", said,
            ))))
        }
    }
}

fn words(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no words")
}
