//! The end of the outbox, as another service may rest something on it.

use latchkey_common::db::Conn;
use latchkey_common::fault::Fault;

use super::App;
use crate::store::outbox;

/// A position behind everything that is committed by now. Where the sequencer is behind, which only
/// `PostgreSQL` knows, it catches up first.
pub(crate) async fn feed_position(app: &App) -> Result<i64, Fault> {
    if let Some(head) = app.db.read(complete_head).await? {
        return Ok(head);
    }
    app.feed.catch_up().await?;
    let kept = app
        .db
        .read(|conn| outbox::kept(conn).map_err(Fault::from))
        .await?;
    Ok(kept.head)
}

/// `None` while something committed has no position yet. Asked in this order: what is committed in
/// between is no part of the answer.
fn complete_head(conn: &mut Conn) -> Result<Option<i64>, Fault> {
    if outbox::waits_for_position(conn)? {
        return Ok(None);
    }
    Ok(Some(outbox::kept(conn)?.head))
}
