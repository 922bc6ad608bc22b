//! How much somebody has not read: counted in the index, and no further than people look at numbers.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_peers::channels::ChannelId;

/// The most that is counted in one channel: one more than what is shown as a number.
pub(crate) const MOST: i64 = 100;

const COUNT: &str = "
SELECT mine.channel_id AS channel, (
    SELECT count(*) FROM (
        SELECT 1 FROM messages
        WHERE messages.channel_id = mine.channel_id AND messages.id > mine.last_read
        LIMIT $1
    ) AS unread
) AS unread
FROM members AS mine
WHERE mine.user_id = $2 AND mine.channel_id BETWEEN $3 AND $4";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    channel: i64,
    #[diesel(sql_type = BigInt)]
    unread: i64,
}

/// Messages beyond the read mark in each channel of a user from `first` to `last`; [`MOST`] stands for as many
/// and more.
pub(crate) fn count(
    conn: &mut Conn,
    user: UserId,
    first: ChannelId,
    last: ChannelId,
) -> QueryResult<HashMap<ChannelId, i64>> {
    let rows: Vec<Row> = on!(conn, |c| diesel::sql_query(COUNT)
        .bind::<BigInt, _>(MOST)
        .bind::<BigInt, _>(user.0)
        .bind::<BigInt, _>(first)
        .bind::<BigInt, _>(last)
        .load(c))?;
    let counted = |row: Row| (ChannelId(row.channel), row.unread);
    Ok(rows.into_iter().map(counted).collect())
}
