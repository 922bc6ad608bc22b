//! Where somebody is a guest for a week more at most.

use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::clock::millis;
use latchkey_common::fault::Fault;
use latchkey_peers::channels::members::Member;

use crate::app::App;

/// How long before the end one is told of it.
const AHEAD: Duration = Duration::from_hours(7 * 24);

/// The memberships of `me` that end soon, with the names of the channels, the next one first.
pub(crate) async fn list_ending(app: &App, me: UserId) -> Result<Vec<(Member, String)>, Fault> {
    app.channels.ending(me, millis(AHEAD)).await
}
