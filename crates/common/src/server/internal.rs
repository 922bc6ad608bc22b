//! The internal listener: health and metrics for whoever asks, what services ask of each other, and the
//! operator's calls. The gateway never routes to it.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, web};

use super::pipeline;
use crate::fault::Fault;
use crate::rpc::{Gate, PeerService, Standing, standing};
use crate::wire::operator::OperatorError;

/// Lets in by path and by credential: what lies outside of `/internal/` and `/operator/` is health,
/// which is open and leaves no line in the log. No route can be forgotten here.
pub(super) async fn admit<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_peers = req.path().starts_with("/internal/");
    let is_operators = req.path().starts_with("/operator/");
    if !is_peers && !is_operators {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let gate = req.app_data::<web::Data<Gate>>().cloned();
    match standing(gate.as_ref().map(web::Data::get_ref), req.headers()) {
        Standing::Service(name) if is_peers => {
            req.extensions_mut().insert(PeerService(name));
        }
        Standing::Operator if is_operators => {}
        Standing::Service(_) | Standing::Operator | Standing::Stranger => {
            tracing::warn!(path = req.path(), "a stranger on the internal listener");
            return Err(OperatorError::from(Fault::Unauthenticated).into());
        }
    }
    pipeline::run(req, next).await
}
