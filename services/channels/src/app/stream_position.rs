//! Where a live stream begins that is to tell whatever comes after a page.

use latchkey_common::fault::Fault;

use super::App;
use crate::store::outbox;

/// The position of the newest event. What is read after this question is as new at least.
pub(crate) async fn stream_position(app: &App) -> Result<i64, Fault> {
    app.feed.catch_up().await?;
    let kept = app.db.look(outbox::kept).await?;
    Ok(kept.head)
}
