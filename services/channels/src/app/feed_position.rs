//! The end of the outbox, as another service may rest something on it.

use latchkey_common::fault::Fault;

use super::App;
use crate::store::outbox;

/// A position behind everything that is committed by now. Where the sequencer is behind, which only
/// `PostgreSQL` knows, it catches up first.
pub(crate) async fn feed_position(app: &App) -> Result<i64, Fault> {
    let waits = app
        .db
        .read(|conn| outbox::waits_for_position(conn).map_err(Fault::from))
        .await?;
    if waits {
        app.feed.catch_up().await?;
    }
    let kept = app
        .db
        .read(|conn| outbox::kept(conn).map_err(Fault::from))
        .await?;
    Ok(kept.head)
}
