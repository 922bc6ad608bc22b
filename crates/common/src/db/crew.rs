//! What the lanes of one set share with each other, with their queue and with the watchdog.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use crossbeam_channel::Receiver;
use parking_lot::Mutex;

use super::metrics::Meters;
use super::open::Opener;
use super::plan::Plan;
use super::unit::Work;

/// What the lanes of one set share.
pub(super) struct Crew {
    pub(super) opener: Arc<Opener>,
    pub(super) receiver: Receiver<Box<dyn Work>>,
    pub(super) meters: Meters,
    pub(super) plan: Plan,
    /// How often connections to this database were found silent. One that was opened before the last
    /// time is not trusted any more. Shared by all sets of a database.
    pub(super) silences: Arc<AtomicU64>,
    /// Threads that were given up and have not come back from their connections.
    pub(super) given_up: AtomicUsize,
    /// A change has failed since one was last tried on purpose.
    fails_to_change: AtomicBool,
    stuck_since: Mutex<Option<Instant>>,
}

impl Crew {
    pub(super) fn new(
        opener: &Arc<Opener>,
        plan: Plan,
        receiver: Receiver<Box<dyn Work>>,
        silences: &Arc<AtomicU64>,
    ) -> Arc<Self> {
        Arc::new(Self {
            opener: Arc::clone(opener),
            receiver,
            meters: Meters::of(plan.database, plan.role),
            plan,
            silences: Arc::clone(silences),
            given_up: AtomicUsize::new(0),
            fails_to_change: AtomicBool::new(false),
            stuck_since: Mutex::default(),
        })
    }

    /// The database failed to make a change that was right.
    pub(super) fn note_failed_change(&self) {
        self.meters.change_failed();
        self.fails_to_change.store(true, Ordering::Relaxed);
    }

    /// True when a change has failed by the database's fault, and none was tried since.
    pub(super) fn fails_to_change(&self) -> bool {
        self.fails_to_change.load(Ordering::Relaxed)
    }

    /// A change that was tried has succeeded.
    pub(super) fn takes_changes(&self) {
        self.fails_to_change.store(false, Ordering::Relaxed);
    }

    /// So many of its lanes can do nothing at present.
    pub(super) fn note_stuck(&self, lanes: usize) {
        self.meters.stuck(lanes);
        let mut since = self.stuck_since.lock();
        if lanes < self.plan.lanes {
            *since = None;
        } else {
            since.get_or_insert_with(Instant::now);
        }
    }

    /// Since when none of its lanes can do anything.
    pub(super) fn stuck_since(&self) -> Option<Instant> {
        *self.stuck_since.lock()
    }
}
