//! Writing down that invitations have run out of time. Every guard compares the time itself, so that
//! nobody is let in meanwhile; lists and the ledger show the final state from then on.

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::store::engine::endings;

/// How many of them one transaction takes, so that nobody waits long for the rows.
const CHUNK: i64 = 1_000;

/// Gives every open invitation whose time has passed its final state.
pub(crate) async fn expire(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        let ended = app
            .db
            .change(move |conn| endings::expire(conn, now, CHUNK))
            .await?;
        if ended == 0 {
            return Ok(());
        }
    }
}
