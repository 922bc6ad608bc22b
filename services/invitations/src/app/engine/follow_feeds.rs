//! Reading what happened in channels and to accounts, and ending the invitations that lost their
//! ground by it. The cursor moves in the transaction that ends them, so nothing is missed.
//!
//! An event comes late or twice, and meanwhile things may have changed again: who left has joined
//! and invites anew, who joined was removed and is invited anew. So the end of a membership ends what
//! rests on that membership, which the numbers of events tell; and a beginning ends nothing by itself,
//! but channels is asked about those open invitations that it may have made needless. The clocks of two
//! databases are never compared.

use std::collections::BTreeSet;

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::{ChannelId, Standing, StandingQuestion};
use latchkey_peers::events::{ChannelEvent, ChannelEventKind, UserEvent, UserEventKind};

use crate::app::App;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::Kind;
use crate::settings::WhoMayInvite;
use crate::store::engine::cursors;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::engine::invitations::open_among;

const CHANNELS: &str = "channels";
const USERS: &str = "users";

/// What ends, and the number of the event that ended it.
type Ending = (Groundless, i64);

/// Reads both feeds to their present end.
pub(crate) async fn follow_feeds(app: &App) -> Result<(), Fault> {
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
        let mut endings = needless(app, &batch.events).await?;
        endings.extend(batch.events.iter().filter_map(ended_in_channel));
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
        let endings = lost_rights(app, &batch.events).await?;
        apply(app, USERS, batch.next, endings).await?;
    }
}

fn ended_in_channel(event: &ChannelEvent) -> Option<Ending> {
    let target = event.channel.0;
    match event.kind {
        ChannelEventKind::Joined(_) => None,
        ChannelEventKind::Gone(user) => Some((
            Groundless::IssuedInto(Kind::Channel, target, user),
            event.id,
        )),
        ChannelEventKind::Closed => Some((Groundless::Into(Kind::Channel, target), NOW)),
    }
}

/// The open invitations for those who have joined, where they are still members. Looked for before
/// channels is asked: one that is made later is for somebody who was out again.
async fn needless(app: &App, events: &[ChannelEvent]) -> Result<Vec<Ending>, Fault> {
    let joined: BTreeSet<(i64, UserId)> = events
        .iter()
        .filter_map(|event| match event.kind {
            ChannelEventKind::Joined(user) => Some((event.channel.0, user)),
            ChannelEventKind::Gone(_) | ChannelEventKind::Closed => None,
        })
        .collect();
    if joined.is_empty() {
        return Ok(Vec::new());
    }
    let (targets, people): (Vec<i64>, Vec<UserId>) = joined.iter().copied().unzip();
    let open: Vec<Invitation> = app
        .db
        .look(move |conn| open_among(conn, Kind::Channel, &targets, &people))
        .await?;
    let asked = open.into_iter().filter_map(|invitation| {
        let (target, user) = (invitation.target_id?, invitation.recipient_id?);
        let question = StandingQuestion {
            channel: ChannelId(target),
            users: vec![user],
        };
        joined
            .contains(&(target, user))
            .then_some((invitation.id, question))
    });
    let (found, questions): (Vec<InvitationId>, Vec<StandingQuestion>) = asked.unzip();
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    let standings = app.channels.standings(questions).await?;
    let is_in = |standing: &Option<Standing>| {
        let seat = standing.as_ref().and_then(|one| one.seats.first());
        seat.is_some_and(Option::is_some)
    };
    let answered = found.into_iter().zip(standings);
    Ok(answered
        .filter(|(_, standing)| is_in(standing))
        .map(|(id, _)| (Groundless::One(id), NOW))
        .collect())
}

/// Whoever is locked still loses all invitations, and whoever is no super user still those that super users
/// alone may make. What was undone meanwhile ends none, because invitations note no position of this feed.
async fn lost_rights(app: &App, events: &[UserEvent]) -> Result<Vec<Ending>, Fault> {
    let by_super_users = app.settings.who_may_invite == WhoMayInvite::SuperUsers;
    let takes_rights = |kind| match kind {
        UserEventKind::Locked => true,
        UserEventKind::Demoted => by_super_users,
        UserEventKind::Created | UserEventKind::Unlocked => false,
    };
    let touched: BTreeSet<UserId> = events
        .iter()
        .filter(|event| takes_rights(event.kind))
        .map(|event| event.user)
        .collect();
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = app.users.by_ids(touched.into_iter().collect()).await?;
    let lost = accounts.iter().filter_map(|account| {
        if account.is_locked {
            Some(Groundless::IssuedBy(account.id))
        } else if by_super_users && !account.is_super_user {
            Some(Groundless::IssuedOf(Kind::Registration, account.id))
        } else {
            None
        }
    });
    Ok(lost.map(|which| (which, NOW)).collect())
}

async fn position(app: &App, feed: &'static str) -> Result<i64, Fault> {
    app.db.look(move |conn| cursors::position(conn, feed)).await
}

async fn apply(
    app: &App,
    feed: &'static str,
    next: i64,
    endings: Vec<Ending>,
) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .for_ending()
        .change(move |conn| end_and_advance(conn, feed, next, &endings, now))
        .await
}

fn end_and_advance(
    conn: &mut Conn,
    feed: &str,
    next: i64,
    endings: &[Ending],
    now: SqlNow,
) -> QueryResult<()> {
    for (which, event) in endings {
        end_groundless(conn, which, *event, now)?;
    }
    cursors::advance(conn, feed, next)
}
