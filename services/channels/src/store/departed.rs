//! What is left of a deleted person beside messages, and how far it was taken away.

use diesel::dsl::max;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::on;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};
use latchkey_peers::users::DELETED;

use super::messages::Masked;
use super::schema::{channels, departed, members, messages};

/// How many numbers of messages one transaction goes through: what that takes, some milliseconds, everybody else waits for the
/// writer. There is no index by author: it would cost each message that is sent, and this is rare.
const PIECE: i64 = 10_000;

/// So many numbers are gone through once more by the next look: a message may become visible after one with a higher
/// number.
const AGAIN: i64 = 1_000;

/// Open channels that somebody is in, at most `limit`, whether their time there has passed or not.
pub(crate) fn channels_of(
    conn: &mut Conn,
    user: UserId,
    limit: i64,
) -> QueryResult<Vec<ChannelId>> {
    on!(conn, |c| members::table
        .inner_join(channels::table.on(channels::id.eq(members::channel_id)))
        .filter(members::user_id.eq(user))
        .filter(channels::closed_at.is_null())
        .order(members::channel_id)
        .limit(limit)
        .select(members::channel_id)
        .load(c))
}

/// Who may get a channel of `owner` that is left without a word, at most `limit`, the first one first: of those who may remove
/// others whoever has been in longest, then of all; and those who are in for a time come last. Nobody gets one of others.
pub(crate) fn heirs(
    conn: &mut Conn,
    channel: ChannelId,
    owner: UserId,
    limit: i64,
) -> QueryResult<Vec<UserId>> {
    let bits = Permissions::from_iter([Permission::RemoveUsers]).bits();
    let manages = Masked::new(
        members::permissions,
        bits.into_sql::<diesel::sql_types::BigInt>(),
    );
    on!(conn, |c| members::table
        .inner_join(channels::table.on(channels::id.eq(members::channel_id)))
        .filter(channels::owner_id.eq(owner))
        .filter(members::channel_id.eq(channel))
        .filter(members::user_id.ne(owner))
        .order((
            members::ends_at.is_null().desc(),
            manages.desc(),
            members::joined_event,
        ))
        .limit(limit)
        .select(members::user_id)
        .load(c))
}

/// Takes the name away beside the next messages. False when there are no more.
pub(crate) fn take_name_away(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    let walked: Option<i64> = on!(conn, |c| departed::table
        .find(user)
        .select(departed::walked_to)
        .first(c)
        .optional())?;
    let walked = walked.unwrap_or(0);
    let newest: Option<i64> = on!(conn, |c| messages::table.select(max(messages::id)).first(c))?;
    let newest = newest.unwrap_or(0);
    let (from, to) = (
        walked.saturating_sub(AGAIN),
        walked.saturating_add(PIECE).min(newest),
    );
    on!(conn, |c| diesel::update(
        messages::table
            .filter(messages::id.gt(from))
            .filter(messages::id.le(to))
            .filter(messages::user_id.eq(user))
            .filter(messages::username.ne(DELETED))
    )
    .set(messages::username.eq(DELETED))
    .execute(c))?;
    if to > walked {
        on!(conn, |c| diesel::insert_into(departed::table)
            .values((departed::user_id.eq(user), departed::walked_to.eq(to)))
            .on_conflict(departed::user_id)
            .do_update()
            .set(departed::walked_to.eq(to))
            .execute(c))?;
    }
    Ok(to < newest)
}
