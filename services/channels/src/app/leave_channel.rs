//! Leaving a channel. Somebody always holds all permissions: an owner hands the channel over, and
//! with its last member it is closed.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::ChannelId;

use super::end_memberships::write_down;
use super::{App, dismiss};
use crate::domain::channel::OpenChannel;
use crate::domain::event::{Fact, NewEvent};
use crate::store::{channels, members, outbox};

/// Why somebody could not leave.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LeaveError {
    #[error("no such channel")]
    ChannelNotFound,
    #[error("not a member, or the heir is none")]
    NotMember,
    #[error("an owner who is not alone must name an heir")]
    HeirNeeded,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(LeaveError);

/// Leaves a channel. `heir` counts only where the owner leaves others behind.
pub(crate) async fn leave_channel(
    app: &App,
    me: UserId,
    channel: ChannelId,
    heir: Option<UserId>,
    once: Option<Once<()>>,
) -> Result<Made<()>, CallError<LeaveError>> {
    let now = app.db.now();
    let made = app
        .db
        .for_ending()
        .write_once(once, move |conn| {
            let channel = channels::lock(conn, channel)?.ok_or(LeaveError::ChannelNotFound)?;
            write_down(conn, channel.id, now)?;
            members::permissions(conn, channel.id, me, now)?.ok_or(LeaveError::NotMember)?;
            go(conn, &channel, me, heir, now)
        })
        .await?;
    app.feed.written();
    Ok(made)
}

/// A member of a channel whose row is held goes; nobody else's time has passed there without its being written down.
pub(super) fn go(
    conn: &mut Conn,
    channel: &OpenChannel,
    me: UserId,
    heir: Option<UserId>,
    now: SqlNow,
) -> Result<(), LeaveError> {
    let leaves_others = members::has_others(conn, channel.id, me)?;
    if leaves_others && channel.owner == me {
        hand_over(conn, channel, heir, now)?;
    }
    dismiss(conn, channel.id, me, Fact::Leave, now.process())?;
    if !leaves_others {
        close(conn, channel, me, now.process())?;
    }
    Ok(())
}

fn hand_over(
    conn: &mut Conn,
    channel: &OpenChannel,
    heir: Option<UserId>,
    now: SqlNow,
) -> Result<(), LeaveError> {
    let heir = heir
        .filter(|heir| *heir != channel.owner)
        .ok_or(LeaveError::HeirNeeded)?;
    members::permissions(conn, channel.id, heir, now)?.ok_or(LeaveError::NotMember)?;
    channels::set_owner(conn, channel.id, heir)?;
    members::set_owner(conn, channel.id, heir)?;
    Ok(())
}

fn close(
    conn: &mut Conn,
    channel: &OpenChannel,
    last: UserId,
    now: Millis,
) -> Result<(), LeaveError> {
    channels::close(conn, channel.id, now)?;
    let closed = NewEvent {
        channel: channel.id,
        user: last,
        fact: Fact::Closed,
    };
    outbox::append(conn, &closed, now)?;
    Ok(())
}
