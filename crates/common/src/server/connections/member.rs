//! One connection among the others: what is known of it outside the thread that serves it.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;

use crate::auth::UserId;

/// One connection, as the crowd sees it. Moments are milliseconds since the listener began.
#[derive(Default)]
pub(super) struct Member {
    /// Nobody has been recognised over it. Changed under the crowd's lock.
    pub(super) is_stranger: AtomicBool,
    /// Who was, where that counts.
    pub(super) person: Mutex<Option<UserId>>,
    /// Since when the server has waited for this client; 0 while it does not.
    pub(super) waiting_since: AtomicU64,
    /// Since when it has had its place without a pause; 0 where it makes no room for others.
    pub(super) busy_since: AtomicU64,
    /// When its time is over; 0 where it has no deadline.
    pub(super) due: AtomicU64,
    /// What it has of [`super::crowd::Bounds::held_bytes`].
    pub(super) held: AtomicUsize,
    /// It makes room for others and ends.
    pub(super) is_leaving: AtomicBool,
    /// It does so when the answer in hand is written.
    pub(super) is_asked: AtomicBool,
    /// Its answer goes on by itself, as a live stream does.
    pub(super) goes_on: AtomicBool,
    /// Its answer gets no more: it ends if what was written is not taken.
    pub(super) is_hung_up: AtomicBool,
    /// It is to look whether its time is over.
    is_called: AtomicBool,
    pub(super) waker: AtomicWaker,
}

impl Member {
    pub(super) fn new(is_stranger: bool) -> Self {
        Self {
            is_stranger: AtomicBool::new(is_stranger),
            ..Self::default()
        }
    }

    pub(super) fn is_stranger(&self) -> bool {
        self.is_stranger.load(Ordering::Relaxed)
    }

    /// Asks the connection to look whether it has to end. Whatever was set before is seen then.
    pub(super) fn call(&self) {
        self.is_called.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// True once after each call, or after several.
    pub(super) fn is_called(&self) -> bool {
        // Hardly ever: the swap is dearer.
        self.is_called.load(Ordering::Relaxed) && self.is_called.swap(false, Ordering::AcqRel)
    }

    pub(super) fn is_asked(&self) -> bool {
        self.is_asked.load(Ordering::Relaxed)
    }

    /// Whether it ends as soon as it hears of it.
    pub(super) fn is_dismissed(&self) -> bool {
        self.is_leaving.load(Ordering::Relaxed) && !self.is_asked()
    }

    pub(super) fn waiting_since(&self) -> Option<u64> {
        let since = self.waiting_since.load(Ordering::Relaxed);
        (since > 0 && !self.is_dismissed()).then_some(since)
    }

    pub(super) fn busy_since(&self) -> Option<u64> {
        let since = self.busy_since.load(Ordering::Relaxed);
        (since > 0 && !self.is_leaving.load(Ordering::Relaxed)).then_some(since)
    }
}
