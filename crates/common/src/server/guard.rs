//! A handler that takes too long, or panics, still has an answer.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use futures_util::FutureExt as _;

use crate::fault::RETRY_AFTER;
use crate::wire::chat::shape_refusals;
use crate::wire::problem::Problem;

/// Calls the handler. `Err` where no handler answered; the request is gone then.
///
/// The limit is on the time until an answer begins: a live stream begins at once and goes on.
pub(super) async fn call<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
    limit: Duration,
) -> Result<ServiceResponse<BoxBody>, HttpResponse> {
    let handler = AssertUnwindSafe(async move { next.call(req).await }).catch_unwind();
    match tokio::time::timeout(limit, handler).await {
        Ok(Ok(Ok(answer))) => Ok(shape_refusals(answer)),
        Ok(Ok(Err(error))) => Err(error.error_response()),
        Ok(Err(panic)) => {
            tracing::error!(panic = words(&*panic), "handler panicked");
            Err(Problem::internal_error().response())
        }
        Err(_) => {
            tracing::warn!(limit_seconds = limit.as_secs(), "handler took too long");
            Err(Problem::service_unavailable(RETRY_AFTER).response())
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
