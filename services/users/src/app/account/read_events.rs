//! What happened to accounts, for those who read by cursor.

use latchkey_common::fault::Fault;
use latchkey_peers::MAX_BATCH;
use latchkey_peers::events::{Batch, UserEvent};

use crate::app::App;
use crate::store;

/// At most `limit` events behind a position.
pub(crate) async fn read_events(
    app: &App,
    after: i64,
    limit: i64,
) -> Result<Batch<UserEvent>, Fault> {
    let most = i64::try_from(MAX_BATCH).unwrap_or(i64::MAX);
    let limit = limit.clamp(1, most);
    let events = app
        .db
        .look(move |conn| store::events::after(conn, after, limit))
        .await?;
    let next = events.last().map_or(after, |event| event.position);
    Ok(Batch { events, next })
}
