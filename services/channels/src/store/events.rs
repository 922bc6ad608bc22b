//! Events as one user gets them: what was sent to that user alone, and what happened in a channel
//! during a membership. Never decided by time, but by the ids of the events of joining and leaving,
//! which within a channel become visible in their order.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_peers::channels::ChannelId;

use super::outbox::{Row, columns, event, told};
use super::piece::{Place, first};
use super::schema::{events as t, members, past_members};
use crate::domain::event::{Event, Seat};

/// The user's events after a position and up to another, in order.
pub(crate) fn of_user(
    conn: &mut Conn,
    user: UserId,
    after: i64,
    through: i64,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let is_member = diesel::dsl::exists(
        members::table
            .filter(members::channel_id.eq(t::channel_id))
            .filter(members::user_id.eq(user))
            .filter(members::joined_event.lt(t::id)),
    );
    let was_member = diesel::dsl::exists(
        past_members::table
            .filter(past_members::channel_id.eq(t::channel_id))
            .filter(past_members::user_id.eq(user))
            .filter(past_members::joined_event.lt(t::id))
            .filter(past_members::left_event.ge(t::id)),
    );
    let is_for_all = t::recipient_id.is_null().and(is_member.or(was_member));
    let is_mine = t::recipient_id.eq(user);
    let query = told()
        .filter(t::position.gt(Place(after)))
        .filter(t::position.le(Place(through)))
        .filter(is_mine.or(is_for_all))
        .order(t::position)
        .select(columns());
    let rows: Vec<Row> = on!(conn, |c| first(query, limit).load(c))?;
    rows.into_iter().map(event).collect()
}

type SeatRow = (ChannelId, UserId, i64);

/// When these users were members, as far as events after the position `dispatched` may concern
/// them.
pub(crate) fn seats(conn: &mut Conn, users: &[UserId], dispatched: i64) -> QueryResult<Vec<Seat>> {
    let present: Vec<SeatRow> = on!(conn, |c| members::table
        .filter(members::user_id.eq_any(users))
        .select((members::channel_id, members::user_id, members::joined_event))
        .load(c))?;
    let past: Vec<(SeatRow, i64)> = on!(conn, |c| past_members::table
        .inner_join(t::table.on(t::id.eq(past_members::left_event)))
        .filter(past_members::user_id.eq_any(users))
        .filter(t::position.gt(dispatched).or(t::position.is_null()))
        .select((
            (
                past_members::channel_id,
                past_members::user_id,
                past_members::joined_event
            ),
            past_members::left_event
        ))
        .load(c))?;
    let present = present.into_iter().map(|row| (row, None));
    let past = past.into_iter().map(|(row, left)| (row, Some(left)));
    Ok(present
        .chain(past)
        .map(|((channel, user, joined_event), left_event)| Seat {
            channel,
            user,
            joined_event,
            left_event,
        })
        .collect())
}
