//! The members of a channel.

use latchkey_common::auth::UserId;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::channels::ChannelId;

use super::App;
use super::channel_info::{LookError, own_membership};
use crate::domain::member::Member;
use crate::store::members;

/// The members of a channel of which `me` is one, by user id.
pub(crate) async fn list_members(
    app: &App,
    me: UserId,
    channel: ChannelId,
    page: Page,
) -> Result<Paged<Member>, LookError> {
    let size = page.size(app.list_ceiling);
    let now = app.db.now();
    let rows = app
        .db
        .snapshot(move |conn| {
            own_membership(members::relation(conn, channel, me, now)?)?;
            let fetched = size.saturating_add(1);
            let rows = members::of_channel(conn, channel, page.after, fetched, now)?;
            Ok::<_, LookError>(rows)
        })
        .await?;
    Ok(Paged::cut(rows, size, |row| row.user.0))
}
