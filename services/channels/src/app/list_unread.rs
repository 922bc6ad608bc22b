//! The channels of a user, and how much is new in each.

use std::collections::HashMap;

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::page::{Page, Paged};
use latchkey_peers::channels::Membership;

use super::App;
use crate::store::{members, unread};

/// A channel, and what its member has not read.
#[derive(Debug, Clone)]
pub(crate) struct Visited {
    pub(crate) membership: Membership,
    /// Messages; no more than [`MOST`] are counted.
    pub(crate) unread: i64,
}

/// As far as unread messages are counted.
pub(crate) const MOST: i64 = unread::MOST;

/// The channels that `me` is a member of, by id.
pub(crate) async fn list_unread(
    app: &App,
    me: UserId,
    page: Page,
) -> Result<Paged<Visited>, Fault> {
    let size = page.size(app.list_ceiling);
    let now = app.db.now();
    let rows = app
        .db
        .look(move |conn| {
            let limit = size.saturating_add(1);
            let channels = members::of_user(conn, me, page.after, limit, now)?;
            let unread = match channels.as_slice() {
                [first, .., last] => unread::count(conn, me, first.channel, last.channel)?,
                [only] => unread::count(conn, me, only.channel, only.channel)?,
                [] => HashMap::new(),
            };
            let visited = channels.into_iter().map(|membership| Visited {
                unread: unread.get(&membership.channel).copied().unwrap_or(0),
                membership,
            });
            Ok(visited.collect())
        })
        .await?;
    Ok(Paged::cut(rows, size, |row: &Visited| {
        row.membership.channel.0
    }))
}
