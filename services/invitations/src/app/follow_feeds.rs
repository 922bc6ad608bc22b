//! Reading what happened in channels and to accounts, and ending the invitations that lost their
//! ground by it. The cursor moves in the transaction that ends them, so nothing is missed.
//!
//! An event comes late or twice, and meanwhile its ground may have come back: who left has joined
//! and invites again. So it ends only what was made before it, by the feed's own positions: the clocks of
//! two databases are never compared.

use std::collections::BTreeSet;

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::events::{ChannelEvent, ChannelEventKind, UserEvent, UserEventKind};

use super::App;
use crate::domain::kind::Kind;
use crate::store::cursors;
use crate::store::endings::{Groundless, NOW, end_groundless};

const CHANNELS: &str = "channels";
const USERS: &str = "users";

/// What an event ends, and its position, which says whether an invitation was there before.
type Ending = (Groundless, i64);

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
        let endings = ended_by_locks(app, &batch.events).await?;
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
    (which, event.position)
}

/// Whoever is locked still loses all invitations; a lock that was undone meanwhile ends none, because
/// invitations note no position of this feed.
async fn ended_by_locks(app: &App, events: &[UserEvent]) -> Result<Vec<Ending>, Fault> {
    let locked: BTreeSet<UserId> = events
        .iter()
        .filter(|event| event.kind == UserEventKind::Locked)
        .map(|event| event.user)
        .collect();
    if locked.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = app.users.by_ids(locked.into_iter().collect()).await?;
    let still = accounts.iter().filter(|account| account.is_locked);
    Ok(still
        .map(|account| (Groundless::IssuedBy(account.id), NOW))
        .collect())
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
    for (which, position) in endings {
        end_groundless(conn, *which, *position, now)?;
    }
    cursors::advance(conn, feed, next)
}
