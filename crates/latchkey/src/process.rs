//! Which process answers: the one that has the data folder says it on the operator's socket, and whichever
//! has an address says it there, beside its readiness.

use actix_web::web::Json;
use latchkey_common::server::{InternalRoute, OperatorCaller, process_id};

/// The path of the call.
pub(crate) const PROCESS: &str = "process/show";

/// The operator's call.
pub(crate) fn route() -> InternalRoute {
    InternalRoute::operator("process", "show", show)
}

async fn show(_: OperatorCaller) -> Json<&'static str> {
    Json(process_id())
}
