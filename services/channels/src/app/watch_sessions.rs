//! Ending the streams of sessions that have ended elsewhere: the slow way, for a users service in
//! another process, which cannot call us.

use std::collections::HashSet;

use latchkey_common::auth::SessionId;
use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;

use super::App;

/// Asks which of the sessions that have a stream are alive, and ends the streams of the others.
/// Whose sessions cannot be asked about are taken for dead: nobody may listen on for longer than
/// the positive answer of a second ago is good.
pub(crate) async fn watch_sessions(app: &App) -> Result<(), Fault> {
    for asked in app.live.sessions().chunks(MAX_BATCH) {
        let answer = app.users.live_sessions(asked.to_vec()).await;
        let alive: HashSet<SessionId> = match answer {
            Ok(alive) => alive.into_iter().collect(),
            Err(fault) => {
                app.live.end_all(false);
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
    Ok(())
}
