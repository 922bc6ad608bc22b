//! Ending the streams of sessions that have ended elsewhere: the slow way, for a users service in
//! another process, which cannot call us.

use std::collections::HashSet;
use std::time::Duration;

use latchkey_common::auth::SessionId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;
use parking_lot::Mutex;
use tokio::time::{Instant, timeout_at};

use super::App;

/// What an answer may take in any case.
const QUICK: Duration = Duration::from_secs(1);

/// When all sessions with a stream were asked about last, with an answer.
pub(crate) struct LastAnswer(Mutex<Instant>);

impl LastAnswer {
    /// There is nobody to be asked about yet.
    pub(crate) fn now() -> Self {
        Self(Mutex::new(Instant::now()))
    }

    fn set(&self, asked: Instant) {
        *self.0.lock() = asked;
    }
}

/// Asks which of the sessions that have a stream are alive, and ends the streams of the others.
/// A short absence of the users service ends nothing; whose sessions cannot be asked about for longer
/// are taken for dead.
pub(crate) async fn watch_sessions(app: &App) -> Result<(), Fault> {
    let begun = Instant::now();
    let good_until = *app.last_answer.0.lock() + app.settings.users_absence();
    for asked in app.live.sessions().chunks(MAX_BATCH) {
        let question = app.users.live_sessions(asked.to_vec());
        // A question on its way counts as absence too, but there is always time for a quick answer.
        let patience = good_until.max(begun + QUICK);
        let late = || Fault::unavailable("users", "no answer about the sessions of streams");
        let answer = timeout_at(patience, question).await;
        let alive: HashSet<SessionId> = match answer.unwrap_or_else(|_| Err(late())) {
            Ok(alive) => alive.into_iter().collect(),
            Err(fault) => {
                if good_until <= Instant::now() {
                    app.live.end_all(false);
                    // Whoever comes in from now on was asked about then.
                    app.last_answer.set(Instant::now());
                }
                return Err(fault);
            }
        };
        let dead: Vec<SessionId> = asked
            .iter()
            .copied()
            .filter(|session| !alive.contains(session))
            .collect();
        app.live.end_sessions(&dead);
    }
    app.last_answer.set(begun);
    Ok(())
}
