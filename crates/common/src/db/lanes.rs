//! Lanes: threads that each own a connection and take units of work from a bounded queue. A unit
//! is a plain closure, so no network call can sit inside a transaction, and no SQL runs on an
//! async worker. A unit carries the span of its request along. Measured against pools and async drivers on both databases: fastest, and least
//! to compile.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, TrySendError};
use tokio::sync::oneshot;
use tracing::Span;

use super::conn::Conn;
use super::lane::Lane;
use super::metrics::{Meters, Outcome};
use super::open::Opener;
use super::plan::{How, Plan, Role};
use super::unit::{Unit, Work};
use crate::fault::Fault;

/// The way into a set of lanes.
#[derive(Clone)]
pub(super) struct Queue {
    sender: Sender<Box<dyn Work>>,
    database: &'static str,
    meters: Arc<Meters>,
}

impl Queue {
    /// Whose lanes these are.
    pub(super) const fn database(&self) -> &'static str {
        self.database
    }

    /// Hands a unit in and waits for its answer.
    ///
    /// A full queue is `Unavailable`. A caller that is dropped while it waits leaves its unit in
    /// the queue: it may still run.
    pub(super) async fn run<F, T, E>(&self, how: How, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Fault> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let since = Instant::now();
        let unit = Unit {
            work: Some(work),
            outcome: None,
            reply,
            since,
            deadline: since + how.patience,
            is_single: how.is_single,
            database: self.database,
            span: Span::current(),
        };
        match self.sender.try_send(Box::new(unit)) {
            Ok(()) => self.meters.queued(self.sender.len()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                self.meters.ended(Outcome::Full);
                return Err(Fault::overloaded(self.database).into());
            }
        }
        answer
            .await
            .unwrap_or_else(|_| Err(Fault::overloaded(self.database).into()))
    }
}

/// Starts the lanes. The first opens its connection before this answers, so that a wrong URL is found
/// at start; the others do when they get their first unit, so that a start waits for few.
pub(super) fn start(opener: &Arc<Opener>, plan: Plan) -> Result<Queue, Fault> {
    let (sender, receiver) = crossbeam_channel::bounded(plan.queue);
    let meters = Arc::new(Meters::of(plan.database, plan.role));
    let mut first = Some(opener.open(plan.role)?);
    for _ in 0..plan.lanes {
        let lane = Lane {
            conn: first.take(),
            opener: Arc::clone(opener),
            receiver: receiver.clone(),
            meters: Arc::clone(&meters),
            plan,
            used: Instant::now(),
        };
        thread::Builder::new()
            .name(format!("{}-{:?}", plan.database, plan.role).to_lowercase())
            .spawn(move || lane.work())
            .map_err(Fault::internal)?;
    }
    Ok(Queue {
        sender,
        database: plan.database,
        meters,
    })
}
