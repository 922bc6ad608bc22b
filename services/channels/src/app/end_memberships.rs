//! Writing down that memberships have ended by themselves. The guards see to it that whoever held one is no
//! member from the moment on; here it gets its event, so that their stream, the list of members and other
//! services hear of it.
//!
//! Who hears of what happens in a channel is decided by the order of its events. So whatever tells all members
//! something does this first, in its own transaction or in one before, and the job does it for the rest.

use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::ChannelId;

use super::{App, dismiss};
use crate::domain::event::Fact;
use crate::store::{channels, ended};

/// Memberships of one look at most.
const BATCH: i64 = 100;

/// Writes down all that have ended.
pub(crate) async fn end_memberships(app: &App) -> Result<(), Fault> {
    loop {
        let now = app.db.now();
        let mut due = app
            .db
            .look(move |conn| ended::channels(conn, BATCH, now))
            .await?;
        if due.is_empty() {
            return Ok(());
        }
        due.sort_unstable();
        due.dedup();
        for channel in due {
            end_in_channel(app, channel).await?;
        }
    }
}

/// Writes down those of one channel.
pub(super) async fn end_in_channel(app: &App, channel: ChannelId) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .for_ending()
        .change(move |conn| {
            channels::lock(conn, channel)?;
            write_down(conn, channel, now)
        })
        .await?;
    app.feed.written();
    Ok(())
}

/// The same for a channel whose row is held.
pub(super) fn write_down(conn: &mut Conn, channel: ChannelId, now: SqlNow) -> QueryResult<()> {
    let at: Millis = now.process();
    for user in ended::in_channel(conn, channel, now)? {
        dismiss(conn, channel, user, Fact::Remove, at)?;
    }
    Ok(())
}
