//! The channels of a user.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::channels::Membership;

use super::App;
use crate::store::members;

/// The channels that `me` is a member of, by id.
pub(crate) async fn list_channels(
    app: &App,
    me: UserId,
    page: Page,
) -> Result<Paged<Membership>, Fault> {
    let size = page.size(app.list_ceiling);
    let now = app.db.now();
    let rows = app
        .db
        .look(move |conn| members::of_user(conn, me, page.after, size.saturating_add(1), now))
        .await?;
    Ok(Paged::cut(rows, size, |row| row.channel.0))
}
