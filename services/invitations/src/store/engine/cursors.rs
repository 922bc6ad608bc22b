//! How far the outboxes of other services have been read.

use diesel::prelude::*;
use diesel::query_dsl::methods::FilterDsl;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;

use crate::store::schema::cursors;

/// The position of the last event that was dealt with; 0 before the first.
pub(crate) fn position(conn: &mut Conn, feed: &str) -> QueryResult<i64> {
    on!(conn, |c| cursors::table
        .find(feed)
        .select(cursors::position)
        .first(c)
        .optional())
    .map(Option::unwrap_or_default)
}

/// Moves the cursor forward; it never goes back, whichever replica is late. Belongs into the
/// transaction that deals with the events.
pub(crate) fn advance(conn: &mut Conn, feed: &str, to: i64) -> QueryResult<()> {
    on!(conn, |c| diesel::insert_into(cursors::table)
        .values((cursors::feed.eq(feed), cursors::position.eq(to)))
        .on_conflict(cursors::feed)
        .do_update()
        .set(cursors::position.eq(to))
        .filter(cursors::position.lt(to))
        .execute(c))
    .map(drop)
}
