//! Making a channel: its row, its first message, its maker's membership and the event of that.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, prepared};
use latchkey_peers::channels::{ChannelId, Membership, Permissions};

use super::{channels, joining, messages};
use crate::domain::channel::{NewChannel, OpenChannel};
use crate::domain::event::EventKind;
use crate::domain::member::Person;
use crate::domain::message::{MessageId, MessageType};

/// How many channels somebody may own for [`found_at_once`] to make another: nobody who makes one beside it is seen, so
/// that it keeps away from the most by more than there are writers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quick(i64);

impl Quick {
    /// Writing connections of all replicas together, at the most.
    const AT_ONCE: i64 = 100;

    /// Far enough below `most`; `None` where nothing is counted.
    pub(crate) fn below(most: Option<i64>) -> Self {
        Self(most.map_or(i64::MAX, |most| most.saturating_sub(Self::AT_ONCE)))
    }
}

/// Makes a channel; `None`, with nothing written, when an open one has the name. Its first message comes
/// first, so that the event of joining shows it.
pub(crate) fn found(
    conn: &mut Conn,
    new: &NewChannel,
    maker: &Person,
    now: Millis,
) -> QueryResult<Option<Membership>> {
    if conn.has_many_writers() {
        return found_at_once(conn, new, maker, Quick::below(None), now);
    }
    let inserted = channels::insert(conn, &new.name, new.channel_type, maker.id, now)?;
    let Some(id) = inserted else { return Ok(None) };
    let mut channel = of(new, maker, id);
    channel.last_message = messages::insert_first(conn, id, maker, now)?;
    channels::set_last_message(conn, id, channel.last_message)?;
    joining::admit(conn, &channel, maker, Permissions::ALL, None, now).map(Some)
}

/// The same in a single statement of `PostgreSQL`, for somebody who owns few enough; `None` otherwise.
pub(crate) fn found_at_once(
    conn: &mut Conn,
    new: &NewChannel,
    maker: &Person,
    quick: Quick,
    now: Millis,
) -> QueryResult<Option<Membership>> {
    let Conn::Postgres(c) = conn else {
        return Ok(None);
    };
    let made = at_once(c, new, maker, quick, now)?;
    Ok(made.map(|made| {
        let mut channel = of(new, maker, made.id);
        channel.last_message = made.last_message;
        channel.membership(Permissions::ALL, now)
    }))
}

fn of(new: &NewChannel, maker: &Person, id: ChannelId) -> OpenChannel {
    OpenChannel {
        id,
        name: new.name.as_str().to_owned(),
        channel_type: new.channel_type,
        owner: maker.id,
        last_message: MessageId(0),
    }
}

const FOUND: &str = "
WITH channel AS (
    INSERT INTO channels (name, name_folded, type, owner_id, last_message, created_at)
    SELECT $1, $2, $3, $4, nextval('messages_id_seq'), $5 WHERE $10 = 9223372036854775807 OR $10 > (
        SELECT count(*) FROM (
            SELECT 1 FROM channels WHERE owner_id = $4 AND closed_at IS NULL LIMIT greatest($10, 0)
        ) AS owned
    )
    ON CONFLICT DO NOTHING RETURNING id, name, type, owner_id, last_message
), message AS (
    INSERT INTO messages (id, channel_id, user_id, username, type, created_at)
    SELECT last_message, id, $4, $6, $7, $5 FROM channel
), event AS (
    INSERT INTO events (channel_id, kind, recipient_id, user_id, channel_name, channel_type,
        owner_id, last_message, permissions, created_at)
    SELECT id, $8, $4, $4, name, type, owner_id, last_message, $9, $5 FROM channel RETURNING id
), member AS (
    INSERT INTO members (channel_id, user_id, username, permissions, joined_at, joined_event)
    SELECT channel.id, $4, $6, $9, $5, event.id FROM channel, event
)
SELECT id, last_message FROM channel";

#[derive(QueryableByName)]
struct Made {
    #[diesel(sql_type = BigInt)]
    id: ChannelId,
    #[diesel(sql_type = BigInt)]
    last_message: MessageId,
}

fn at_once(
    conn: &mut PgConnection,
    new: &NewChannel,
    maker: &Person,
    quick: Quick,
    now: Millis,
) -> QueryResult<Option<Made>> {
    let statement = diesel::sql_query(FOUND)
        .bind::<Text, _>(new.name.as_str())
        .bind::<Text, _>(new.name.folded())
        .bind::<Text, _>(new.channel_type)
        .bind::<BigInt, _>(maker.id)
        .bind::<BigInt, _>(now)
        .bind::<Text, _>(&maker.username)
        .bind::<Text, _>(MessageType::ChannelCreate)
        .bind::<Text, _>(EventKind::Join)
        .bind::<BigInt, _>(Permissions::ALL)
        .bind::<BigInt, _>(quick.0);
    prepared(statement).get_result(conn).optional()
}
