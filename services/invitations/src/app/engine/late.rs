//! Somebody who is on the way in while their invitation is ended: whoever ended it is told how that went, and not
//! before it is known.

use std::time::{Duration, Instant};

use latchkey_common::fault::Fault;

use crate::app::App;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::store::engine::invitations::find_each;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until the running uses of these invitations have ended, which let nobody in any more. True when one of them
/// let somebody in after all.
///
/// # Errors
/// `Unavailable` when that is not known within the time that an act may take.
pub(in crate::app) async fn wait_for_uses(app: &App, ended: &[Invitation]) -> Result<bool, Fault> {
    let mut running: Vec<&Invitation> = ended.iter().filter(|row| row.is_in_use()).collect();
    let patience_ends = Instant::now() + app.settings.act_deadline();
    let mut came_in = false;
    while !running.is_empty() {
        let ids: Vec<InvitationId> = running.iter().map(|row| row.id).collect();
        let rows: Vec<Invitation> = app.db.look(move |conn| find_each(conn, &ids)).await?;
        running.retain(|before| {
            let now = rows.iter().find(|row| row.id == before.id);
            came_in |= now.is_some_and(|now| now.settled > before.settled);
            now.is_some_and(Invitation::is_in_use)
        });
        if running.is_empty() {
            break;
        }
        if Instant::now() >= patience_ends {
            return Err(Fault::overloaded("uses of the invitation"));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(came_in)
}
