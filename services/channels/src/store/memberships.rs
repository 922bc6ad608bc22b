//! Memberships by the event that they began with, as [`latchkey_peers::channels::members`] knows them.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};
use latchkey_peers::channels::members::{Member, MemberId, MembersOf};
use latchkey_peers::channels::{ChannelId, Permissions};

use super::members::lasts;
use super::schema::{channels, members};

columns! {
    MEMBER:
    members::joined_event,
    members::channel_id,
    members::user_id,
    members::username,
    members::permissions,
    members::joined_at,
    members::ends_at,
}
type Row = (
    MemberId,
    ChannelId,
    UserId,
    String,
    Permissions,
    Millis,
    Option<Millis>,
);

fn member((id, channel, user, username, permissions, joined_at, ends_at): Row) -> Member {
    Member {
        id,
        channel,
        user,
        username,
        permissions,
        joined_at,
        ends_at,
    }
}

/// Who is in a channel, in the order in which they came.
pub(crate) fn list(conn: &mut Conn, ask: &MembersOf, now: SqlNow) -> QueryResult<Vec<Member>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let all = members::table
            .filter(members::channel_id.eq(ask.channel))
            .filter(lasts(now))
            .limit(ask.limit)
            .select(MEMBER)
            .into_boxed();
        match (ask.is_newest_first, ask.after) {
            (true, after) => all
                .filter(members::joined_event.lt(after.unwrap_or(MemberId(i64::MAX))))
                .order(members::joined_event.desc())
                .load(c),
            (false, after) => all
                .filter(members::joined_event.gt(after.unwrap_or(MemberId(0))))
                .order(members::joined_event)
                .load(c),
        }
    })?;
    Ok(rows.into_iter().map(member).collect())
}

/// One of them, in a channel that is open.
pub(crate) fn find(conn: &mut Conn, id: MemberId, now: SqlNow) -> QueryResult<Option<Member>> {
    let row: Option<Row> = on!(conn, |c| members::table
        .inner_join(channels::table.on(channels::id.eq(members::channel_id)))
        .filter(members::joined_event.eq(id))
        .filter(channels::closed_at.is_null())
        .filter(lasts(now))
        .select(MEMBER)
        .first(c)
        .optional())?;
    Ok(row.map(member))
}

/// Sets when it ends by itself. The caller holds the channel.
pub(crate) fn set_end(conn: &mut Conn, id: MemberId, ends_at: Option<Millis>) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        members::table.filter(members::joined_event.eq(id))
    )
    .set(members::ends_at.eq(ends_at))
    .execute(c))
    .map(drop)
}

/// Those of somebody that end before `before`, with the names of the channels, the next one first.
pub(crate) fn ending(
    conn: &mut Conn,
    user: UserId,
    before: SqlNow,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(Member, String)>> {
    let rows: Vec<(Row, String)> = on!(conn, |c| members::table
        .inner_join(channels::table.on(channels::id.eq(members::channel_id)))
        .filter(members::user_id.eq(user))
        .filter(members::ends_at.gt(now.nullable()))
        .filter(members::ends_at.le(before.nullable()))
        .filter(channels::closed_at.is_null())
        .order(members::ends_at)
        .limit(limit)
        .select((MEMBER, channels::name))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(row, name)| (member(row), name))
        .collect())
}
