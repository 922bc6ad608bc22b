//! Reading what happened, and forgetting what is old. Triggers write it (`migrations/…_events`).

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use crate::domain::event::{Event, EventKind};
use crate::store::schema::{event_counter, events as t};

/// Some events after a place, in their order: those of one person's, or all. `kinds`: only these, or all.
pub(crate) fn after(
    conn: &mut Conn,
    owner: Option<UserId>,
    kinds: &[EventKind],
    position: i64,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let columns = (
        t::position.assume_not_null(),
        t::created_at,
        t::kind,
        t::invitation_id,
        t::is_request,
        t::replaces,
        t::use_id,
        t::secret_id,
        t::person_id,
        t::actor_id,
        t::target_kind,
        t::target_id,
        t::reason,
    );
    on!(conn, |c| {
        let mut wanted = t::table
            .filter(t::position.gt(position))
            .order(t::position)
            .limit(limit)
            .select(columns)
            .into_boxed();
        if let Some(owner) = owner {
            wanted = wanted.filter(t::owner_id.eq(owner));
        }
        if !kinds.is_empty() {
            wanted = wanted.filter(t::kind.eq_any(kinds));
        }
        wanted.load(c)
    })
}

/// The place up to which events are not kept any more.
pub(crate) fn purged_through(conn: &mut Conn) -> QueryResult<i64> {
    on!(conn, |c| event_counter::table
        .select(event_counter::purged_through)
        .first(c))
}

/// Deletes up to `limit` of the oldest events from before `cutoff`. It stops at the first younger one, so that
/// what is left has no holes. Answers how many.
pub(crate) fn purge(conn: &mut Conn, cutoff: Millis, limit: i64) -> QueryResult<usize> {
    let oldest: Vec<(i64, Millis)> = on!(conn, |c| t::table
        .filter(t::position.is_not_null())
        .order(t::position)
        .limit(limit)
        .select((t::position.assume_not_null(), t::created_at))
        .load(c))?;
    let old = oldest.iter().take_while(|(_, at)| *at < cutoff);
    let Some((last, _)) = old.last() else {
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
