//! Services let in only those whose databases make one installation with theirs, and tell of their own.

use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use super::{Door, Keeper, pipeline, refuse};
use crate::rpc::{Acquaintance, INSTALLATION};
use crate::wire::operator::OperatorError;

impl Door {
    /// Lets a service of this installation in, and tells it of ours.
    pub(super) async fn among_services(
        &self,
        name: &'static str,
        req: ServiceRequest,
        next: Next<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let Some(own) = self.acquaintance() else {
            return pipeline::run(req, next).await;
        };
        let told = req.headers().get(INSTALLATION).cloned();
        let heard = match told {
            Some(told) => own.hear(name, &told).await,
            // A version before this one, while versions are exchanged.
            None => Ok(()),
        };
        let mut answer = match heard {
            Ok(()) => pipeline::run(req, next).await?,
            Err(why) => refuse(req, &OperatorError::conflict(&why), &why),
        };
        if let Some(told) = own.told_to(name) {
            answer.headers_mut().insert(INSTALLATION, told);
        }
        Ok(answer)
    }

    /// Tells whoever asks of our installation.
    pub(super) fn tell(&self, mut answer: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        if let Some(told) = self.acquaintance().and_then(Acquaintance::told_to_anybody) {
            answer.headers_mut().insert(INSTALLATION, told);
        }
        answer
    }

    fn acquaintance(&self) -> Option<&Acquaintance> {
        match &self.keeper {
            Keeper::Gate(Some(gate)) => gate.acquaintance(),
            Keeper::Socket | Keeper::Gate(None) => None,
        }
    }
}
