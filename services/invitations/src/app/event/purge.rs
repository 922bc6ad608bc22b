//! Forgetting what happened long ago.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::events;

/// How many rows one transaction deletes, so that nobody waits long for it.
const CHUNK: i64 = 1_000;

/// Deletes what is older than it is kept.
pub(crate) async fn purge_events(app: &App) -> Result<(), Fault> {
    let cutoff = app.db.now().process().minus(app.settings.event_life());
    loop {
        let gone = app
            .db
            .change(move |conn| events::purge(conn, cutoff, CHUNK))
            .await?;
        if gone == 0 {
            return Ok(());
        }
    }
}
