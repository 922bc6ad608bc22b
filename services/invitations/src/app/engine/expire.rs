//! Writing down that invitations have run out of time. Every guard compares the time itself, so that
//! nobody is let in meanwhile; lists and the ledger show the final state from then on.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::engine::endings;

/// Gives every open invitation whose time has passed its final state.
pub(crate) async fn expire(app: &App) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .write(move |conn| Ok(endings::expire(conn, now)?))
        .await
        .map(drop)
}
