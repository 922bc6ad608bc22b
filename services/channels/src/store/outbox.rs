//! Writing events, reading them by position, and forgetting old ones.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_peers::channels::ChannelId;

use super::schema::{event_counter, events as t, past_members};
use crate::domain::event::{Event, EventKind, Kept, NewEvent};

/// Writes an event; answers its id. The caller holds the channel.
pub(crate) fn append(conn: &mut Conn, event: &NewEvent, now: Millis) -> QueryResult<i64> {
    let row = (
        t::channel_id.eq(event.channel),
        t::kind.eq(event.kind),
        t::recipient_id.eq(event.recipient),
        t::user_id.eq(event.user),
        t::payload.eq(&event.payload),
        t::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(t::table)
        .values(row)
        .returning(t::id)
        .get_result(c))
}

/// Which part of the outbox is there.
pub(crate) fn kept(conn: &mut Conn) -> QueryResult<Kept> {
    let newest = t::table
        .filter(t::position.is_not_null())
        .order(t::position.desc())
        .limit(1)
        .select(t::position)
        .single_value();
    let (purged_through, newest): (i64, Option<i64>) = on!(conn, |c| event_counter::table
        .select((event_counter::purged_through, newest))
        .first(c))?;
    Ok(Kept {
        purged_through,
        head: newest.unwrap_or(purged_through).max(purged_through),
    })
}

pub(super) type Columns = (
    t::id,
    diesel::dsl::AssumeNotNull<t::position>,
    t::channel_id,
    t::kind,
    t::recipient_id,
    t::user_id,
    t::payload,
);
pub(super) type Row = (
    i64,
    i64,
    ChannelId,
    EventKind,
    Option<UserId>,
    UserId,
    String,
);

pub(super) fn columns() -> Columns {
    (
        t::id,
        t::position.assume_not_null(),
        t::channel_id,
        t::kind,
        t::recipient_id,
        t::user_id,
        t::payload,
    )
}

pub(super) fn event(row: Row) -> Event {
    let (id, position, channel, kind, recipient, user, payload) = row;
    Event {
        id,
        position,
        channel,
        kind,
        recipient,
        user,
        payload,
    }
}

/// Events after a position, in order.
pub(crate) fn after(conn: &mut Conn, position: i64, limit: i64) -> QueryResult<Vec<Event>> {
    let rows: Vec<Row> = on!(conn, |c| t::table
        .filter(t::position.gt(position))
        .order(t::position)
        .limit(limit)
        .select(columns())
        .load(c))?;
    Ok(rows.into_iter().map(event).collect())
}

/// The kinds that may end invitations, spelled as the partial index has them.
const MEMBERSHIP: &str =
    "kind IN ('channel-join', 'channel-leave', 'channel-remove', 'channel-closed')";

/// Comings, goings and closings after a position and up to another, in order.
pub(crate) fn membership_changes(
    conn: &mut Conn,
    after: i64,
    through: i64,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let rows: Vec<Row> = on!(conn, |c| t::table
        .filter(t::position.gt(after))
        .filter(t::position.le(through))
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(MEMBERSHIP))
        .order(t::position)
        .limit(limit)
        .select(columns())
        .load(c))?;
    Ok(rows.into_iter().map(event).collect())
}

/// Deletes up to `limit` of the oldest events that are older than `cutoff`. It stops at the first
/// younger one, so that what is left has no holes. Answers how many.
pub(crate) fn purge(conn: &mut Conn, cutoff: Millis, limit: i64) -> QueryResult<usize> {
    let oldest: Vec<(i64, Millis)> = on!(conn, |c| t::table
        .filter(t::position.is_not_null())
        .order(t::position)
        .limit(limit)
        .select((t::position.assume_not_null(), t::created_at))
        .load(c))?;
    let is_old = |(_, created_at): &&(i64, Millis)| *created_at < cutoff;
    let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
        return Ok(0);
    };
    on!(conn, |c| diesel::update(event_counter::table)
        .set(event_counter::purged_through.eq(last))
        .execute(c))?;
    on!(conn, |c| diesel::delete(
        t::table.filter(t::position.le(last))
    )
    .execute(c))
}

/// Deletes up to `limit` times of membership whose last event is deleted. Answers how many.
pub(crate) fn purge_past_members(conn: &mut Conn, limit: i64) -> QueryResult<usize> {
    let is_kept = diesel::dsl::exists(t::table.filter(t::id.eq(past_members::left_event)));
    let gone: Vec<i64> = on!(conn, |c| past_members::table
        .filter(diesel::dsl::not(is_kept))
        .order(past_members::left_event)
        .limit(limit)
        .select(past_members::left_event)
        .load(c))?;
    on!(conn, |c| diesel::delete(
        past_members::table.filter(past_members::left_event.eq_any(&gone))
    )
    .execute(c))
}
