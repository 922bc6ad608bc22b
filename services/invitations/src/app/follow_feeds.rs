//! Reading what happened in channels and to accounts, and ending the invitations that lost their
//! ground by it. The cursor moves in the transaction that ends them, so nothing is missed.
//!
//! An event comes late or twice, and meanwhile its ground may have come back: who left has joined
//! and invites again. So it ends only what was there when it happened.

use std::time::Duration;

use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::events::{ChannelEvent, ChannelEventKind, UserEvent, UserEventKind};

use super::App;
use crate::domain::kind::Kind;
use crate::store::cursors;
use crate::store::endings::{Groundless, end_groundless};

const CHANNELS: &str = "channels";
const USERS: &str = "users";

/// `PostgreSQL` rounds its clock to milliseconds and the process cuts its own off: what was made
/// just before an event may seem to be a millisecond younger.
const ROUNDING: Duration = Duration::from_millis(1);

/// What an event ends, and the youngest invitation that it concerns.
type Ending = (Groundless, Millis);

/// Reads both feeds to their present end.
pub async fn follow_feeds(app: &App) -> Result<(), Fault> {
    let channels = follow_channels(app).await;
    follow_users(app).await?;
    channels
}

async fn follow_channels(app: &App) -> Result<(), Fault> {
    loop {
        let after = position(app, CHANNELS).await?;
        let batch = app.channels.events(after, app.settings.job_batch).await?;
        if batch.next == after {
            return Ok(());
        }
        let endings = batch.events.iter().map(ended_in_channel).collect();
        apply(app, CHANNELS, batch.next, endings).await?;
    }
}

async fn follow_users(app: &App) -> Result<(), Fault> {
    loop {
        let after = position(app, USERS).await?;
        let batch = app.users.events(after, app.settings.job_batch).await?;
        if batch.next == after {
            return Ok(());
        }
        let endings = batch.events.iter().filter_map(ended_by_account).collect();
        apply(app, USERS, batch.next, endings).await?;
    }
}

fn ended_in_channel(event: &ChannelEvent) -> Ending {
    let target = event.channel.0;
    let which = match event.kind {
        ChannelEventKind::Joined(user) => Groundless::Pair(Kind::Channel, target, user),
        ChannelEventKind::Gone(user) => Groundless::IssuedInto(Kind::Channel, target, user),
        ChannelEventKind::Closed => Groundless::Into(Kind::Channel, target),
    };
    (which, event.at.plus(ROUNDING))
}

fn ended_by_account(event: &UserEvent) -> Option<Ending> {
    match event.kind {
        UserEventKind::Locked => Some((Groundless::IssuedBy(event.user), event.at.plus(ROUNDING))),
        UserEventKind::Created | UserEventKind::Unlocked => None,
    }
}

async fn position(app: &App, feed: &'static str) -> Result<i64, Fault> {
    app.db
        .read(move |conn| Ok(cursors::position(conn, feed)?))
        .await
}

async fn apply(
    app: &App,
    feed: &'static str,
    next: i64,
    endings: Vec<Ending>,
) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .write(move |conn| Ok(end_and_advance(conn, feed, next, &endings, now)?))
        .await
}

fn end_and_advance(
    conn: &mut Conn,
    feed: &str,
    next: i64,
    endings: &[Ending],
    now: SqlNow,
) -> QueryResult<()> {
    for (which, made_by) in endings {
        end_groundless(conn, *which, Some(*made_by), now)?;
    }
    cursors::advance(conn, feed, next)
}
