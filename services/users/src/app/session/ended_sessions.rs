//! Telling others that sessions have ended, so that live streams end with them. A use case notes
//! the ids inside its transaction and reports them after the commit. Between the two its caller
//! may be gone (a request is dropped when its client resets the connection); a job then reports
//! what was noted and is dead.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use latchkey_common::auth::SessionId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::SessionsEnded;
use parking_lot::{Mutex, RwLock};

use crate::app::App;
use crate::store;

/// A note that was not reported for this long has lost its caller.
const OVERDUE: Duration = Duration::from_secs(1);

/// A noted session that still lives after this was never ended: its transaction was undone.
const FORGOTTEN: Duration = Duration::from_mins(1);

/// Who wants to hear, and what has not been told yet.
#[derive(Default)]
pub(in crate::app) struct EndedSessions {
    hooks: RwLock<Vec<SessionsEnded>>,
    noted: Mutex<HashMap<SessionId, Instant>>,
}

impl EndedSessions {
    /// Adds a listener.
    pub(in crate::app) fn tell(&self, hook: SessionsEnded) {
        self.hooks.write().push(hook);
    }

    /// Inside the transaction: these are about to end.
    pub(in crate::app) fn note(&self, ids: &[SessionId]) {
        let now = Instant::now();
        self.noted.lock().extend(ids.iter().map(|id| (*id, now)));
    }

    /// After the commit: these have ended.
    pub(in crate::app) fn report(&self, ids: &[SessionId]) {
        if ids.is_empty() {
            return;
        }
        let hooks = self.hooks.read();
        for hook in hooks.iter() {
            hook(ids);
        }
        drop(hooks);
        self.forget(ids);
    }

    fn forget(&self, ids: &[SessionId]) {
        let mut noted = self.noted.lock();
        for id in ids {
            noted.remove(id);
        }
    }

    fn older_than(&self, age: Duration) -> Vec<SessionId> {
        self.noted
            .lock()
            .iter()
            .filter(|(_, since)| since.elapsed() >= age)
            .map(|(id, _)| *id)
            .collect()
    }
}

impl App {
    /// Reports what lost its caller between the commit and the report.
    pub(crate) async fn report_overdue_sessions(&self) -> Result<(), Fault> {
        let overdue = self.ended.older_than(OVERDUE);
        if overdue.is_empty() {
            return Ok(());
        }
        let (asked, now) = (overdue.clone(), self.db.now());
        let alive = self
            .db
            .look(move |conn| store::sessions::alive(conn, &asked, now))
            .await?;
        let dead: Vec<SessionId> = overdue
            .into_iter()
            .filter(|id| !alive.contains(id))
            .collect();
        self.ended.report(&dead);
        self.ended.forget(&self.ended.older_than(FORGOTTEN));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_was_noted_and_not_reported_stays() {
        let ended = EndedSessions::default();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        ended.tell(Arc::new(move |ids| {
            ear.lock().extend(ids.to_vec());
        }));
        ended.note(&[SessionId(1), SessionId(2)]);
        ended.report(&[SessionId(1)]);
        assert_eq!(*heard.lock(), [SessionId(1)]);
        assert_eq!(ended.older_than(Duration::ZERO), [SessionId(2)]);
        assert_eq!(ended.older_than(OVERDUE), []);
    }
}
