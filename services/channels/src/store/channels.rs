//! Channels: one row each. A closed one stays, without its name.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, prepared, unless_duplicate};
use latchkey_common::{columns, on};
use latchkey_peers::channels::{ChannelId, ChannelType};

use super::schema::channels;
use crate::domain::channel::{ChannelName, Hit, OpenChannel};
use crate::domain::message::MessageId;

/// Makes a channel; `None` when an open one has the name.
pub(crate) fn insert(
    conn: &mut Conn,
    name: &ChannelName,
    channel_type: ChannelType,
    owner: UserId,
    now: Millis,
) -> QueryResult<Option<ChannelId>> {
    let row = (
        channels::name.eq(name.as_str()),
        channels::name_folded.eq(name.folded()),
        channels::channel_type.eq(channel_type),
        channels::owner_id.eq(owner),
        channels::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(channels::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(channels::id)
        .get_result(c)
        .optional())
}

/// Makes everybody who counts what this person owns wait until this transaction has ended, so that two at once cannot both
/// be the last one allowed. `SQLite` has one writer anyway.
pub(crate) fn hold_owner(conn: &mut Conn, owner: UserId) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(_) => Ok(()),
        Conn::Postgres(c) => {
            diesel::sql_query("SELECT pg_advisory_xact_lock('channels'::regclass::oid::int, $1)")
                .bind::<diesel::sql_types::Integer, _>(
                    i32::try_from(owner.0 % 2_000_000_000).unwrap_or(0),
                )
                .execute(c)
                .map(drop)
        }
    }
}

/// How many open channels somebody owns.
pub(crate) fn count_owned(conn: &mut Conn, owner: UserId) -> QueryResult<i64> {
    on!(conn, |c| channels::table
        .filter(channels::owner_id.eq(owner))
        .filter(channels::closed_at.is_null())
        .count()
        .get_result(c))
}

columns! {
    /// The columns of an [`OpenChannel`], in its order.
    pub(super) OPEN:
    channels::id,
    channels::name,
    channels::channel_type,
    channels::owner_id,
    channels::last_message,
}
pub(super) type OpenRow = (ChannelId, String, ChannelType, UserId, MessageId);

/// Holds the row of an open channel until the end of the transaction: the first statement of
/// whatever changes the channel. Statements after it see what the holders before have committed.
pub(crate) fn lock(conn: &mut Conn, id: ChannelId) -> QueryResult<Option<OpenChannel>> {
    let row: Option<OpenRow> = match conn {
        // The one writer holds everything.
        Conn::Sqlite(c) => channels::table
            .find(id)
            .filter(channels::closed_at.is_null())
            .select(OPEN)
            .first(c)
            .optional(),
        Conn::Postgres(c) => channels::table
            .find(id)
            .filter(channels::closed_at.is_null())
            .select(OPEN)
            .for_update()
            .first(c)
            .optional(),
    }?;
    Ok(row.map(channel))
}

pub(super) fn channel((id, name, channel_type, owner, last_message): OpenRow) -> OpenChannel {
    OpenChannel {
        id,
        name,
        channel_type,
        owner,
        last_message,
    }
}

/// A channel that is open, and not held.
pub(crate) fn find_open(conn: &mut Conn, id: ChannelId) -> QueryResult<Option<OpenChannel>> {
    let row: Option<OpenRow> = on!(conn, |c| channels::table
        .find(id)
        .filter(channels::closed_at.is_null())
        .select(OPEN)
        .first(c)
        .optional())?;
    Ok(row.map(channel))
}

/// A channel, be it open or closed, that is not held.
pub(crate) fn find(conn: &mut Conn, id: ChannelId) -> QueryResult<Option<OpenChannel>> {
    let row: Option<OpenRow> = on!(conn, |c| channels::table
        .find(id)
        .select(OPEN)
        .first(c)
        .optional())?;
    Ok(row.map(channel))
}

/// Gives a channel another name. False when an open channel has it, this one included.
pub(crate) fn rename(conn: &mut Conn, id: ChannelId, name: &ChannelName) -> QueryResult<bool> {
    let folded = name.folded();
    // Asked first, so that two channels that swap names refuse each other instead of waiting for
    // each other; the unique index decides the rest.
    let taken: bool = on!(conn, |c| diesel::select(diesel::dsl::exists(
        channels::table
            .filter(channels::name_folded.eq(&folded))
            .filter(channels::closed_at.is_null())
    ))
    .get_result(c))?;
    if taken {
        return Ok(false);
    }
    let renamed = unless_duplicate(conn, |conn| {
        on!(conn, |c| diesel::update(channels::table.find(id))
            .set((
                channels::name.eq(name.as_str()),
                channels::name_folded.eq(&folded)
            ))
            .execute(c))
    })?;
    Ok(renamed.is_some())
}

/// Notes the newest message.
pub(crate) fn set_last_message(
    conn: &mut Conn,
    id: ChannelId,
    message: MessageId,
) -> QueryResult<()> {
    on!(conn, |c| prepared(
        diesel::update(channels::table.find(id)).set(channels::last_message.eq(message))
    )
    .execute(c))
    .map(drop)
}

/// Hands a channel over.
pub(crate) fn set_owner(conn: &mut Conn, id: ChannelId, owner: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::update(channels::table.find(id))
        .set(channels::owner_id.eq(owner))
        .execute(c))
    .map(drop)
}

/// Closes a channel; its name is free again.
pub(crate) fn close(conn: &mut Conn, id: ChannelId, now: Millis) -> QueryResult<()> {
    on!(conn, |c| diesel::update(channels::table.find(id))
        .set(channels::closed_at.eq(now))
        .execute(c))
    .map(drop)
}

/// Open public channels whose folded name is like `pattern`, by id.
pub(crate) fn search(
    conn: &mut Conn,
    pattern: &str,
    after: Option<i64>,
    limit: i64,
) -> QueryResult<Vec<Hit>> {
    let rows: Vec<(ChannelId, String, ChannelType)> = on!(conn, |c| channels::table
        .filter(channels::closed_at.is_null())
        .filter(channels::channel_type.eq(ChannelType::Public))
        .filter(channels::id.gt(after.unwrap_or(0)))
        .filter(channels::name_folded.like(pattern).escape('\\'))
        .order(channels::id)
        .limit(limit)
        .select((channels::id, channels::name, channels::channel_type))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(id, name, channel_type)| Hit {
            id,
            name,
            channel_type,
        })
        .collect())
}
