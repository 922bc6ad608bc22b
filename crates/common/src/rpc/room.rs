//! How many calls to a peer may be in flight. Each has a connection, which is an open file, and a peer
//! that is slow would be asked over more and more of them.

use std::time::Instant;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout_at;

/// Room for calls of one kind to one peer.
pub(super) struct Room(Semaphore);

impl Room {
    pub(super) const fn for_calls(most: usize) -> Self {
        Self(Semaphore::const_new(most))
    }

    /// A place, held until it is dropped; `None` when there was none until `deadline`.
    pub(super) async fn take(&self, deadline: Instant) -> Option<SemaphorePermit<'_>> {
        let place = timeout_at(deadline.into(), self.0.acquire()).await;
        place.ok()?.ok()
    }
}
