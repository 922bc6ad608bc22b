//! What nobody waits for: giving back reservations that a crash or a cut left, and forgetting old
//! attempts.

use latchkey_common::fault::Fault;

use super::App;
use crate::store::links;

/// Gives back every reservation whose call to Discord must have ended by now.
pub(crate) async fn settle_left_over(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        // Looked for before it is written: almost always there is nothing, and a write is a commit.
        let is_due = app
            .db
            .look(move |conn| links::any_left_over(conn, now))
            .await?;
        if !is_due {
            return Ok(());
        }
        let users = app
            .db
            .change(move |conn| links::release_left_over(conn, now))
            .await?;
        for user in users {
            tracing::warn!(
                user = user.0,
                "gave back a left-over reservation; Discord may have made a link for it"
            );
            metrics::counter!("latchkey_discord_links_left_over_total").increment(1);
        }
    }
}

/// Forgets attempts that made no link and are older than anybody asks about.
pub(crate) async fn forget_attempts(app: &App) -> Result<(), Fault> {
    loop {
        let before = app.db.now().minus(app.settings.released_life());
        let is_more = app
            .db
            .change(move |conn| links::forget_released(conn, before))
            .await?;
        if !is_more {
            return Ok(());
        }
    }
}
