//! Writing a message: the hot path, in as few statements as each database allows.

use diesel::expression::{AppearsOnTable, Expression};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow, prepared};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::members::lasts;
use super::messages::Masked;
use super::outbox;
use super::schema::{channels, members, messages};
use crate::domain::event::{EventKind, Fact, NewEvent};
use crate::domain::message::{Message, MessageId, Said};

/// Writes a message with its event; it is the channel's newest, and read by its author. `None`, with
/// nothing written, when the channel is not open, the author is no member who may write, or somebody's
/// membership has ended and is not written down: who hears of a message is decided by the events of leaving
/// before it. All that stands in the statements themselves. On `PostgreSQL` a single statement.
pub(crate) fn say(
    conn: &mut Conn,
    channel: ChannelId,
    said: Said,
    sql_now: SqlNow,
) -> QueryResult<Option<Message>> {
    let now = sql_now.process();
    let id = match conn {
        Conn::Postgres(c) => at_once(c, channel, &said, sql_now)?,
        Conn::Sqlite(c) => mark(c, channel, said.user, sql_now)?,
    };
    let Some(id) = id else { return Ok(None) };
    let message = Message {
        id,
        said,
        created_at: now,
    };
    if let Conn::Sqlite(c) = conn {
        let name = note(c, channel, id)?;
        write(c, channel, &message)?;
        let sent = NewEvent {
            channel,
            user: message.said.user,
            fact: Fact::Message {
                message: id,
                channel_name: name,
            },
        };
        outbox::append(conn, &sent, now)?;
    }
    Ok(Some(message))
}

/// The next id of a message. Every channel has a message that tells of its making, so `SQLite` has noted
/// an id by the time one is asked for.
#[derive(Debug, Clone, Copy, QueryId)]
struct NextId;

impl Expression for NextId {
    type SqlType = BigInt;
}
impl AppearsOnTable<members::table> for NextId {}

impl QueryFragment<Sqlite> for NextId {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT seq + 1 FROM sqlite_sequence WHERE name = 'messages')");
        Ok(())
    }
}

fn needed() -> i64 {
    Permissions::from_iter([Permission::Write]).bits()
}

/// Takes the id of a new message and marks it as read by its author.
fn mark(
    conn: &mut SqliteConnection,
    channel: ChannelId,
    author: UserId,
    now: SqlNow,
) -> QueryResult<Option<MessageId>> {
    // The partial index answers it; hardly any channel has a guest whose time has just passed.
    let nobody_is_over = diesel::dsl::sql::<Bool>(
        "NOT EXISTS (SELECT 1 FROM members AS ended WHERE ended.channel_id = members.channel_id \
         AND ended.ends_at <= ",
    )
    .bind::<BigInt, _>(now)
    .sql(")");
    let held = Masked::new(members::permissions, needed().into_sql::<BigInt>());
    let is_open = diesel::dsl::exists(
        channels::table
            .filter(channels::id.eq(channel))
            .filter(channels::closed_at.is_null()),
    );
    let seat = members::table
        .filter(members::channel_id.eq(channel))
        .filter(members::user_id.eq(author))
        .filter(held.eq(needed()))
        .filter(lasts(now))
        .filter(nobody_is_over)
        .filter(is_open);
    prepared(
        diesel::update(seat)
            .set(members::last_read.eq(NextId))
            .returning(members::last_read),
    )
    .get_result(conn)
    .optional()
}

/// Notes the channel's newest message. Answers the channel's name.
fn note(conn: &mut SqliteConnection, channel: ChannelId, id: MessageId) -> QueryResult<String> {
    prepared(
        diesel::update(channels::table.find(channel))
            .set(channels::last_message.eq(id))
            .returning(channels::name),
    )
    .get_result(conn)
}

fn write(conn: &mut SqliteConnection, channel: ChannelId, message: &Message) -> QueryResult<()> {
    let Said {
        user,
        username,
        kind,
        content,
    } = &message.said;
    let row = (
        messages::id.eq(message.id),
        messages::channel_id.eq(channel),
        messages::user_id.eq(user),
        messages::username.eq(username),
        messages::message_type.eq(kind),
        messages::content.eq(content.as_deref()),
        messages::created_at.eq(message.created_at),
    );
    diesel::insert_into(messages::table)
        .values(row)
        .execute(conn)
        .map(drop)
}

/// First of all the channel's row is held, and the ids are taken after that, so that the ids of a
/// channel are in the order in which it was held. Whatever was committed while the statement waited for
/// the row counts: the author's row is looked at in its newest form, because it is written.
const SAY: &str = "
WITH held AS (
    SELECT id, name FROM channels WHERE id = $1 AND closed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM members AS ended WHERE ended.channel_id = $1
        AND ended.ends_at <= (extract(epoch from clock_timestamp()) * 1000)::bigint + $9
    ) FOR NO KEY UPDATE
), author AS (
    UPDATE members SET last_read = nextval('messages_id_seq') FROM held
    WHERE members.channel_id = held.id AND members.user_id = $2 AND members.permissions & $3 = $3
    AND (members.ends_at IS NULL
        OR members.ends_at > (extract(epoch from clock_timestamp()) * 1000)::bigint + $9)
    RETURNING members.last_read AS message_id, held.name
), newest AS (
    UPDATE channels SET last_message = message_id FROM author WHERE channels.id = $1
), message AS (
    INSERT INTO messages (id, channel_id, user_id, username, type, content, created_at)
    SELECT message_id, $1, $2, $4, $5, $6, $7 FROM author
), event AS (
    INSERT INTO events (channel_id, kind, user_id, message_id, channel_name, created_at)
    SELECT $1, $8, $2, message_id, name, $7 FROM author
)
SELECT message_id AS id FROM author";

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    id: MessageId,
}

fn at_once(
    conn: &mut PgConnection,
    channel: ChannelId,
    said: &Said,
    now: SqlNow,
) -> QueryResult<Option<MessageId>> {
    let Said {
        user,
        username,
        kind,
        content,
    } = said;
    let statement = diesel::sql_query(SAY)
        .bind::<BigInt, _>(channel)
        .bind::<BigInt, _>(user)
        .bind::<BigInt, _>(needed())
        .bind::<Text, _>(username)
        .bind::<Text, _>(kind)
        .bind::<Nullable<Text>, _>(content.as_deref())
        .bind::<BigInt, _>(now.process())
        .bind::<Text, _>(EventKind::Message)
        .bind::<BigInt, _>(now.shift());
    let written: Option<Written> = prepared(statement).get_result(conn).optional()?;
    Ok(written.map(|message| message.id))
}
