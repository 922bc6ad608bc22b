//! The way to the lanes: threads that each own a connection and take units of work from a bounded
//! queue. A unit is a plain closure, so no network call can sit inside a transaction, and no SQL runs
//! on an async worker. A unit carries the span of its request along. Measured against pools and async
//! drivers on both databases: fastest, and least to compile.
//!
//! What a lane does stands in [`super::lane`], who starts and replaces them in [`super::watchdog`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Sender, TrySendError};
use tokio::sync::oneshot;
use tracing::Span;

use super::conn::Conn;
use super::crew::Crew;
use super::metrics::Outcome;
use super::plan::How;
use super::unit::{Reply, Unit, Work};
use crate::fault::Fault;

/// The way into a set of lanes.
#[derive(Clone)]
pub(super) struct Queue {
    pub(super) sender: Sender<Box<dyn Work>>,
    pub(super) crew: Arc<Crew>,
    /// Tells the watchdog, when the last copy of it goes, that nobody hands anything in any more.
    pub(super) _open: Sender<()>,
}

impl Queue {
    /// Whose lanes these are.
    pub(super) fn database(&self) -> &'static str {
        self.crew.plan.database
    }

    /// For how long no lane has been able to do anything; `None` while one is.
    pub(super) fn stuck_for(&self) -> Option<Duration> {
        self.crew.stuck_since().map(|since| since.elapsed())
    }

    /// True when a change has failed by the database's fault, and none was tried since.
    pub(super) fn fails_to_change(&self) -> bool {
        self.crew.fails_to_change()
    }

    /// A change that was tried has succeeded.
    pub(super) fn takes_changes(&self) {
        self.crew.takes_changes();
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
        let database = self.database();
        let meters = &self.crew.meters;
        let (reply, answer) = oneshot::channel();
        let since = Instant::now();
        let unit = Unit {
            work: Some(work),
            outcome: None,
            reply: Reply::new(reply),
            since,
            deadline: since + how.patience,
            is_single: how.is_single,
            need: how.need,
            database,
            span: Span::current(),
        };
        match self.sender.try_send(Box::new(unit)) {
            Ok(()) => meters.queued(self.sender.len()),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                meters.ended(Outcome::Full);
                return Err(Fault::overloaded(database).into());
            }
        }
        answer
            .await
            .unwrap_or_else(|_| Err(Fault::overloaded(database).into()))
    }
}
