//! A unit of work: a closure with its answer, as a lane runs it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use tokio::sync::oneshot;
use tracing::Span;

use super::conn::Conn;
use super::metrics::Outcome;
use super::room::Need;
use super::single;
use crate::fault::Fault;

/// A unit as a lane sees it: run once, answered once after the commit.
pub(super) trait Work: Send {
    /// Runs the unit. True when what it changed shall stay.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Sends the answer: the unit's own, or the trouble that kept it from being committed. `None` when
    /// it was answered before.
    fn answer(self: Box<Self>, trouble: Option<Fault>) -> Option<Outcome>;
    /// Its answer, for whoever gives the lane up.
    fn promise(&self) -> Arc<dyn Promise>;
    /// When the unit was handed in, and the moment after which it must not begin.
    fn times(&self) -> (Instant, Instant);
    /// True when it runs at most one statement where several writers work at once, so that it needs
    /// no transaction around it.
    fn is_single(&self) -> bool;
    /// What it is for.
    fn need(&self) -> Need;
}

/// An answer that is owed. It is given once: by the lane that ran the unit, or by the watchdog.
pub(super) trait Promise: Send + Sync {
    /// Answers with trouble. False when it was answered before.
    fn give_up(&self, trouble: Fault) -> bool;
}

/// Where the answer goes.
pub(super) struct Reply<T, E>(Mutex<Option<oneshot::Sender<Result<T, E>>>>);

impl<T, E> Reply<T, E> {
    pub(super) fn new(sender: oneshot::Sender<Result<T, E>>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(sender))))
    }

    /// False when it was answered before.
    fn send(&self, answer: Result<T, E>) -> bool {
        let sender = self.0.lock().take();
        // The caller may have gone; the change stands all the same.
        sender.map(|sender| drop(sender.send(answer))).is_some()
    }
}

impl<T, E> Promise for Reply<T, E>
where
    T: Send,
    E: From<Fault> + Send,
{
    fn give_up(&self, trouble: Fault) -> bool {
        self.send(Err(trouble.into()))
    }
}

pub(super) struct Unit<F, T, E> {
    pub(super) work: Option<F>,
    pub(super) outcome: Option<Result<T, E>>,
    pub(super) reply: Arc<Reply<T, E>>,
    pub(super) since: Instant,
    pub(super) deadline: Instant,
    pub(super) is_single: bool,
    pub(super) need: Need,
    pub(super) database: &'static str,
    /// Of whoever handed it in: what a unit writes to the log is part of that request.
    pub(super) span: Span,
}

impl<F, T, E> Work for Unit<F, T, E>
where
    F: FnOnce(&mut Conn) -> Result<T, E> + Send,
    T: Send + 'static,
    E: From<Fault> + Send + 'static,
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

    fn answer(self: Box<Self>, trouble: Option<Fault>) -> Option<Outcome> {
        let (answer, outcome) = match (self.outcome, trouble) {
            // A refusal changed nothing, so it stands whatever became of the commit.
            (Some(Err(refusal)), _) => (Err(refusal), Outcome::Undone),
            (_, Some(fault)) => (Err(fault.into()), Outcome::Failed),
            (Some(done), None) => (done, Outcome::Done),
            (None, None) => (Err(Fault::overloaded("database").into()), Outcome::Failed),
        };
        self.reply.send(answer).then_some(outcome)
    }

    fn promise(&self) -> Arc<dyn Promise> {
        Arc::<Reply<T, E>>::clone(&self.reply)
    }

    fn times(&self) -> (Instant, Instant) {
        (self.since, self.deadline)
    }

    fn is_single(&self) -> bool {
        self.is_single
    }

    fn need(&self) -> Need {
        self.need
    }
}
