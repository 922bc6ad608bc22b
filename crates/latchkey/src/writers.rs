//! Halting the writers of all databases at once, for a command beside the running server that looks
//! at them as of one moment. Two calls, because the one who looks is another process: halt, look,
//! go.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use actix_web::web;
use actix_web::web::Json;
use latchkey_common::db::{Db, Halt};
use latchkey_common::server::{InternalRoute, OperatorCaller};
use latchkey_common::wire::operator::OperatorError;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// The path of the call that halts them.
pub(crate) const HALT: &str = "databases/halt";
/// The path of the call that lets them go.
pub(crate) const GO: &str = "databases/go";

/// They go on by themselves after this long: below the patience of requests that wait for them, so
/// that whatever becomes of the command, nobody is refused because of it.
const LIMIT: Duration = Duration::from_secs(2);

/// A halt of all writers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Ticket {
    number: u64,
}

struct Writers {
    databases: Vec<Db>,
    halted: Mutex<HashMap<Ticket, (Instant, Vec<Halt>)>>,
    next: AtomicU64,
}

/// The operator's calls about the writers of `databases`.
pub(crate) fn routes(databases: Vec<Db>) -> [InternalRoute; 2] {
    let writers = web::Data::new(Writers {
        databases,
        halted: Mutex::default(),
        next: AtomicU64::new(1),
    });
    [
        InternalRoute::operator("databases", "halt", halt),
        InternalRoute::operator("databases", "go", go),
    ]
    .map(|route| route.with(writers.clone()))
}

/// In one order, so that two who halt at the same time wait for each other and not in a circle.
async fn halt(
    _: OperatorCaller,
    writers: web::Data<Writers>,
) -> Result<Json<Ticket>, OperatorError> {
    let since = Instant::now();
    let mut halts = Vec::new();
    for database in &writers.databases {
        halts.push(database.halt(LIMIT).await?);
    }
    let ticket = Ticket {
        number: writers.next.fetch_add(1, Ordering::Relaxed),
    };
    let mut halted = writers.halted.lock();
    // Whoever has not come back by now never will.
    halted.retain(|_, (since, _)| since.elapsed() < 2 * LIMIT);
    halted.insert(ticket, (since, halts));
    Ok(Json(ticket))
}

async fn go(
    _: OperatorCaller,
    writers: web::Data<Writers>,
    ticket: Json<Ticket>,
) -> Result<Json<Ticket>, OperatorError> {
    let halts = {
        let mut halted = writers.halted.lock();
        halted.remove(&ticket)
    };
    let Some((_, halts)) = halts else {
        return Err(OperatorError::not_found("halt of the writers"));
    };
    for halt in halts {
        halt.end().await?;
    }
    Ok(ticket)
}
