//! Letting the writer of a `SQLite` database stand still for a moment, so that several databases
//! can be looked at as of one: while it stands, nothing is committed.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender};
use tokio::sync::oneshot;

use super::Db;
use super::location::Location;
use crate::fault::Fault;

type Unit = Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>>;

/// A writer that stands still. Dropped, it lets the writer go.
pub struct Halt {
    go: Sender<()>,
    unit: Unit,
}

impl Db {
    /// Waits until the writer stands still. It goes on by itself after `limit`, whatever became of
    /// whoever halted it; choose it below the patience of those who wait.
    ///
    /// What the writer had begun before is not committed yet and nobody has been told of it: it
    /// counts as later.
    ///
    /// # Errors
    /// `Unavailable` when the queue is full; `Invalid` on `PostgreSQL`, which has writers that we
    /// do not know of.
    pub async fn halt(&self, limit: Duration) -> Result<Halt, Fault> {
        if matches!(self.location(), Location::Postgres(_)) {
            return Err(Fault::invalid("PostgreSQL's writers cannot be halted"));
        }
        let (standing, stands) = oneshot::channel();
        let (go, wait) = crossbeam_channel::bounded(1);
        let db = self.clone();
        let mut unit: Unit = Box::pin(async move {
            db.write(move |_| {
                let _ = standing.send(());
                match wait.recv_timeout(limit) {
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => Ok(()),
                    Err(RecvTimeoutError::Timeout) => Err(lapsed()),
                }
            })
            .await
        });
        tokio::select! {
            Ok(()) = stands => Ok(Halt { go, unit }),
            refused = &mut unit => Err(refused.err().unwrap_or_else(lapsed)),
        }
    }
}

impl Halt {
    /// Lets the writer go.
    ///
    /// # Errors
    /// `Unavailable` when it had gone on by itself: what was looked at meanwhile need not be of one
    /// moment.
    pub async fn end(self) -> Result<(), Fault> {
        // Refused by a unit that has lapsed, which says so itself.
        let _ = self.go.send(());
        self.unit.await
    }
}

fn lapsed() -> Fault {
    Fault::overloaded("the halt of the writers")
}
