//! Messages by who wrote them. There is no index by author, so they are looked for in pieces of all there are.

use diesel::dsl::max;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_peers::channels::ChannelId;
use latchkey_peers::channels::own::{OwnMessage, OwnPiece};

use super::schema::messages;

/// Numbers that one query goes through.
const PIECE: i64 = 20_000;

/// Messages of one piece: 100 of the longest have 1.6 MB.
const MOST: i64 = 100;

/// Those behind a number, as far as one query looks.
pub(crate) fn messages(
    conn: &mut Conn,
    user: UserId,
    after: i64,
) -> QueryResult<OwnPiece<OwnMessage>> {
    type Row = (i64, ChannelId, String, Option<String>, Millis);
    let newest: Option<i64> = on!(conn, |c| messages::table.select(max(messages::id)).first(c))?;
    let newest = newest.unwrap_or(0);
    let to = after.saturating_add(PIECE).min(newest);
    let rows: Vec<Row> = on!(conn, |c| messages::table
        .filter(messages::id.gt(after))
        .filter(messages::id.le(to))
        .filter(messages::user_id.eq(user))
        .order(messages::id)
        .limit(MOST)
        .select((
            messages::id,
            messages::channel_id,
            messages::message_type,
            messages::content,
            messages::created_at,
        ))
        .load(c))?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == MOST);
    let reached = rows.last().filter(|_| is_full).map_or(to, |last| last.0);
    let rows = rows.into_iter();
    Ok(OwnPiece {
        rows: rows
            .map(|(id, channel, kind, content, sent_at)| OwnMessage {
                id,
                channel,
                kind,
                content,
                sent_at,
            })
            .collect(),
        next: (reached < newest).then_some(reached),
    })
}
