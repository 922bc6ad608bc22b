//! Members as our own contract has them: seen by whoever is in, changed by whoever may remove members.

use std::time::Duration;

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::channels::Permission;
use latchkey_peers::channels::members::{Member, MemberError, MemberId, MembersOf, SetEnd};

use super::{App, dismiss};
use crate::domain::event::Fact;
use crate::store::{channels, members, memberships};

/// Rows of one answer at most.
const MOST: i64 = 1_000;

/// Ends that one is told of at most: nobody is a guest in more places than one looks at.
const MOST_ENDING: i64 = 50;

/// Who is in.
pub(crate) async fn list(app: &App, ask: MembersOf) -> Result<Vec<Member>, MemberError> {
    let now = app.db.now();
    let ask = MembersOf {
        limit: ask.limit.clamp(1, MOST),
        ..ask
    };
    app.db
        .read(move |conn| {
            let seat = members::permissions(conn, ask.channel, ask.reader, now)?;
            let is_open = channels::find_open(conn, ask.channel)?.is_some();
            seat.filter(|_| is_open).ok_or(MemberError::NotFound)?;
            Ok(memberships::list(conn, &ask, now)?)
        })
        .await
}

/// One of them.
pub(crate) async fn show(app: &App, id: MemberId, reader: UserId) -> Result<Member, MemberError> {
    let now = app.db.now();
    app.db
        .read(move |conn| {
            let found = memberships::find(conn, id, now)?.ok_or(MemberError::NotFound)?;
            let seat = members::permissions(conn, found.channel, reader, now)?;
            seat.map(|_| found).ok_or(MemberError::NotFound)
        })
        .await
}

/// Sets when it ends by itself. What is set already is no change, whatever was seen.
pub(crate) async fn set_end(app: &App, ask: SetEnd) -> Result<Member, MemberError> {
    let now = app.db.now();
    app.db
        .write(move |conn| {
            let found = hold(conn, ask.member, ask.by, now)?;
            if found.ends_at == ask.ends_at {
                return Ok(found);
            }
            if found.ends_at != ask.seen {
                return Err(MemberError::Changed);
            }
            memberships::set_end(conn, found.id, ask.ends_at)?;
            Ok(Member {
                ends_at: ask.ends_at,
                ..found
            })
        })
        .await
}

/// Removes somebody, with the event that tells of it.
pub(crate) async fn remove(app: &App, id: MemberId, by: UserId) -> Result<(), MemberError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let found = hold(conn, id, by, now)?;
            dismiss(conn, found.channel, found.user, Fact::Remove, now.process())?;
            Ok::<_, MemberError>(())
        })
        .await?;
    app.feed.written();
    Ok(())
}

/// What ends by itself soon.
pub(crate) async fn ending(
    app: &App,
    user: UserId,
    within: i64,
) -> Result<Vec<(Member, String)>, Fault> {
    let now = app.db.now();
    let within = Duration::from_millis(u64::try_from(within).unwrap_or(0));
    app.db
        .look(move |conn| memberships::ending(conn, user, now.plus(within), MOST_ENDING, now))
        .await
}

/// The membership with its channel held, if `by` may change it.
fn hold(conn: &mut Conn, id: MemberId, by: UserId, now: SqlNow) -> Result<Member, MemberError> {
    let found = memberships::find(conn, id, now)?.ok_or(MemberError::NotFound)?;
    let channel = channels::lock(conn, found.channel)?.ok_or(MemberError::NotFound)?;
    let seat = members::permissions(conn, channel.id, by, now)?.ok_or(MemberError::NotFound)?;
    let found = memberships::find(conn, id, now)?.ok_or(MemberError::NotFound)?;
    if found.user == by {
        return Err(MemberError::Own);
    }
    if !seat.contains(Permission::RemoveUsers) {
        return Err(MemberError::NotAllowed);
    }
    if found.user == channel.owner {
        return Err(MemberError::Owner);
    }
    Ok(found)
}
