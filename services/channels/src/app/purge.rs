//! Forgetting old events, and the times of membership that only they needed.

use latchkey_common::fault::Fault;

use super::App;
use crate::store::outbox;

/// Rows that one transaction deletes at most, so that nobody waits long for the writer.
const CHUNK: i64 = 1_000;

/// Deletes what is older than the settings keep.
pub(crate) async fn purge(app: &App) -> Result<(), Fault> {
    let cutoff = app.db.clock().now().minus(app.settings.events_kept);
    loop {
        let deleted = app
            .db
            .write(move |conn| outbox::purge(conn, cutoff, CHUNK).map_err(Fault::from))
            .await?;
        if deleted == 0 {
            break;
        }
    }
    loop {
        let deleted = app
            .db
            .write(|conn| outbox::purge_past_members(conn, CHUNK).map_err(Fault::from))
            .await?;
        if deleted == 0 {
            return Ok(());
        }
    }
}
