//! Forgetting old events, and the times of membership that only they needed.

use latchkey_common::fault::Fault;

use super::App;
use crate::store::outbox;

/// Rows that one transaction deletes at most, so that nobody waits long for the writer.
const CHUNK: i64 = 1_000;

/// Deletes what is older than the settings keep.
pub(crate) async fn purge(app: &App) -> Result<(), Fault> {
    let cutoff = app.db.clock().now().minus(app.settings.event_life());
    loop {
        let deleted = app
            .db
            .change(move |conn| outbox::purge(conn, cutoff, CHUNK))
            .await?;
        if deleted == 0 {
            break;
        }
    }
    loop {
        let deleted = app
            .db
            .change(|conn| outbox::purge_past_members(conn, CHUNK))
            .await?;
        if deleted == 0 {
            return Ok(());
        }
    }
}
