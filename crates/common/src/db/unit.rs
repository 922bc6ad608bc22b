//! A unit of work: a closure with its answer, as a lane runs it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use tokio::sync::oneshot;
use tracing::Span;

use super::conn::Conn;
use super::metrics::Outcome;
use super::single;
use crate::fault::Fault;

/// A unit as a lane sees it: run once, answered once after the commit.
pub(super) trait Work: Send {
    /// Runs the unit. True when what it changed shall stay.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Sends the answer: the unit's own, or the trouble that kept it from being committed.
    fn answer(self: Box<Self>, trouble: Option<Fault>) -> Outcome;
    /// When the unit was handed in, and the moment after which it must not begin.
    fn times(&self) -> (Instant, Instant);
    /// True when it runs at most one statement where several writers work at once, so that it needs
    /// no transaction around it.
    fn is_single(&self) -> bool;
}

pub(super) struct Unit<F, T, E> {
    pub(super) work: Option<F>,
    pub(super) outcome: Option<Result<T, E>>,
    pub(super) reply: oneshot::Sender<Result<T, E>>,
    pub(super) since: Instant,
    pub(super) deadline: Instant,
    pub(super) is_single: bool,
    pub(super) database: &'static str,
    /// Of whoever handed it in: what a unit writes to the log is part of that request.
    pub(super) span: Span,
}

impl<F, T, E> Work for Unit<F, T, E>
where
    F: FnOnce(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<Fault> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let _inside = self.span.enter();
        let is_single = self.is_single;
        let outcome = catch_unwind(AssertUnwindSafe(|| single::check(is_single, || work(conn))))
            .unwrap_or_else(|_| Err(Fault::internal("a unit of work panicked").into()));
        let keep = outcome.is_ok();
        tracing::debug!(database = self.database, keep, "unit of work");
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, trouble: Option<Fault>) -> Outcome {
        let (answer, outcome) = match (self.outcome, trouble) {
            // A refusal changed nothing, so it stands whatever became of the commit.
            (Some(Err(refusal)), _) => (Err(refusal), Outcome::Undone),
            (_, Some(fault)) => (Err(fault.into()), Outcome::Failed),
            (Some(done), None) => (done, Outcome::Done),
            (None, None) => (Err(Fault::overloaded("database").into()), Outcome::Failed),
        };
        // The caller may have gone; the change stands all the same.
        drop(self.reply.send(answer));
        outcome
    }

    fn times(&self) -> (Instant, Instant) {
        (self.since, self.deadline)
    }

    fn is_single(&self) -> bool {
        self.is_single
    }
}
