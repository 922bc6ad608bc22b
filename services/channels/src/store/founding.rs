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

/// Makes a channel; `None`, with nothing written, when an open one has the name. Its first message comes
/// first, so that the event of joining shows it. On `PostgreSQL` a single statement.
pub(crate) fn found(
    conn: &mut Conn,
    new: &NewChannel,
    maker: &Person,
    now: Millis,
) -> QueryResult<Option<Membership>> {
    let mut channel = OpenChannel {
        id: ChannelId(0),
        name: new.name.as_str().to_owned(),
        channel_type: new.channel_type,
        owner: maker.id,
        last_message: MessageId(0),
    };
    if let Conn::Postgres(c) = conn {
        let Some(made) = at_once(c, new, maker, now)? else {
            return Ok(None);
        };
        (channel.id, channel.last_message) = (made.id, made.last_message);
        return Ok(Some(channel.membership(Permissions::ALL, now)));
    }
    let inserted = channels::insert(conn, &new.name, new.channel_type, maker.id, now)?;
    let Some(id) = inserted else { return Ok(None) };
    channel.id = id;
    channel.last_message = messages::insert_first(conn, id, maker, now)?;
    channels::set_last_message(conn, id, channel.last_message)?;
    joining::admit(conn, &channel, maker, Permissions::ALL, now).map(Some)
}

const FOUND: &str = "
WITH channel AS (
    INSERT INTO channels (name, name_folded, type, owner_id, last_message, created_at)
    VALUES ($1, $2, $3, $4, nextval('messages_id_seq'), $5)
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
        .bind::<BigInt, _>(Permissions::ALL);
    prepared(statement).get_result(conn).optional()
}
