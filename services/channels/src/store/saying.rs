//! Writing a message: the hot path, in as few statements as each database allows.

use std::collections::HashMap;

use diesel::expression::{AppearsOnTable, Expression};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, Kind, QueryResult, SqlNow, prepared};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::members::lasts;
use super::messages::Masked;
use super::outbox;
use super::schema::{channels, members, messages};
use crate::domain::event::{EventKind, Fact, NewEvent};
use crate::domain::message::{Draft, Message, MessageId, Said};

/// Messages for one statement of `PostgreSQL`. The author's row in the channel is changed by each, so nobody says two
/// things in one channel at once.
pub(crate) static SAYING: Kind<Draft, Option<MessageId>> = Kind {
    row: |draft| (draft.channel.0, draft.said.user.0),
    change: say_together,
};

/// Writes a message with its event; it is the channel's newest, and read by its author. `None`, with
/// nothing written, when the channel is not open, the author is no member who may write, or somebody's
/// membership has ended and is not written down: who hears of a message is decided by the events of leaving
/// before it. All that stands in the statements themselves. On `PostgreSQL` a single statement.
pub(crate) fn say(conn: &mut Conn, draft: Draft) -> QueryResult<Option<Message>> {
    let (channel, now) = (draft.channel, draft.now);
    let id = match conn {
        Conn::Postgres(c) => at_once(c, std::slice::from_ref(&draft))?.pop().flatten(),
        Conn::Sqlite(c) => mark(c, channel, draft.said.user, now)?,
    };
    let Some(id) = id else { return Ok(None) };
    let message = draft.kept(id);
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
        outbox::append(conn, &sent, now.process())?;
    }
    Ok(Some(message))
}

/// [`say`] for several, each by itself; answers their ids.
fn say_together(conn: &mut Conn, drafts: &[Draft]) -> QueryResult<Vec<Option<MessageId>>> {
    if let Conn::Postgres(conn) = conn {
        return at_once(conn, drafts);
    }
    let each = drafts.iter().cloned();
    each.map(|draft| Ok(say(conn, draft)?.map(|message| message.id)))
        .collect()
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

/// First of all the channels' rows are held, in the order of their ids, so that two statements never wait for each
/// other; the ids of messages are taken after that, so that those of a channel are in the order in which it was held.
/// Whatever was committed while the statement waited for a row counts: the author's row is looked at in its newest
/// form, because it is written.
const SAY: &str = "
WITH draft AS (
    SELECT * FROM unnest($1, $2, $3, $4, $5, $6) WITH ORDINALITY
    AS draft (channel_id, user_id, username, type, content, created_at, place)
), held AS (
    SELECT id, name FROM channels WHERE id = ANY ($1) AND closed_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM members AS ended WHERE ended.channel_id = channels.id
        AND ended.ends_at <= (extract(epoch from clock_timestamp()) * 1000)::bigint + $9
    ) ORDER BY id FOR NO KEY UPDATE
), author AS (
    UPDATE members SET last_read = nextval('messages_id_seq') FROM held, draft
    WHERE draft.channel_id = held.id
    AND members.channel_id = held.id AND members.user_id = draft.user_id AND members.permissions & $7 = $7
    AND (members.ends_at IS NULL
        OR members.ends_at > (extract(epoch from clock_timestamp()) * 1000)::bigint + $9)
    RETURNING members.last_read AS message_id, held.name, draft.*
), newest AS (
    UPDATE channels SET last_message = newest.id
    FROM (SELECT channel_id, max(message_id) AS id FROM author GROUP BY channel_id) AS newest
    WHERE channels.id = newest.channel_id
), message AS (
    INSERT INTO messages (id, channel_id, user_id, username, type, content, created_at)
    SELECT message_id, channel_id, user_id, username, type, content, created_at FROM author
), event AS (
    INSERT INTO events (channel_id, kind, user_id, message_id, channel_name, created_at)
    SELECT channel_id, $8, user_id, message_id, name, created_at FROM author ORDER BY message_id
)
SELECT place, message_id AS id FROM author";

#[derive(QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    id: MessageId,
    /// Which of the drafts it is, from 1.
    #[diesel(sql_type = BigInt)]
    place: i64,
}

fn at_once(conn: &mut PgConnection, drafts: &[Draft]) -> QueryResult<Vec<Option<MessageId>>> {
    // One process has one clock; a test may have moved it since.
    let shift = drafts
        .iter()
        .map(|draft| draft.now.shift())
        .max()
        .unwrap_or(0);
    let said = || drafts.iter().map(|draft| &draft.said);
    let statement = diesel::sql_query(SAY)
        .bind::<Array<BigInt>, _>(column(drafts.iter().map(|draft| draft.channel)))
        .bind::<Array<BigInt>, _>(column(said().map(|said| said.user)))
        .bind::<Array<Text>, _>(column(said().map(|said| said.username.as_str())))
        .bind::<Array<Text>, _>(column(said().map(|said| said.kind)))
        .bind::<Array<Nullable<Text>>, _>(column(said().map(|said| said.content.as_deref())))
        .bind::<Array<BigInt>, _>(column(drafts.iter().map(|draft| draft.now.process())))
        .bind::<BigInt, _>(needed())
        .bind::<Text, _>(EventKind::Message)
        .bind::<BigInt, _>(shift);
    let written: Vec<Written> = prepared(statement).load(conn)?;
    let ids: HashMap<i64, MessageId> = written.iter().map(|row| (row.place, row.id)).collect();
    let places = (1..).take(drafts.len());
    Ok(places.map(|place| ids.get(&place).copied()).collect())
}

fn column<T>(values: impl Iterator<Item = T>) -> Vec<T> {
    values.collect()
}
