//! Memberships whose time has passed, and that nobody has written down yet.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;
use latchkey_peers::channels::ChannelId;

use super::schema::members;

/// Those of one channel.
pub(crate) fn in_channel(
    conn: &mut Conn,
    channel: ChannelId,
    now: SqlNow,
) -> QueryResult<Vec<UserId>> {
    on!(conn, |c| members::table
        .filter(members::channel_id.eq(channel))
        .filter(members::ends_at.le(now.nullable()))
        .order(members::user_id)
        .select(members::user_id)
        .load(c))
}

/// The channels of the `limit` of them that have waited longest.
pub(crate) fn channels(conn: &mut Conn, limit: i64, now: SqlNow) -> QueryResult<Vec<ChannelId>> {
    on!(conn, |c| members::table
        .filter(members::ends_at.le(now.nullable()))
        .order(members::ends_at)
        .limit(limit)
        .select(members::channel_id)
        .load(c))
}
