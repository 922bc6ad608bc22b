//! Writing a message: the hot path, in as few statements as each database allows.

use diesel::expression::{AppearsOnTable, Expression};
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::sqlite::{Sqlite, SqliteConnection};
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, prepared};
use latchkey_common::on;
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::schema::{channels, members, messages};
use super::{channels::OPEN, channels::OpenRow, outbox};
use crate::domain::channel::OpenChannel;
use crate::domain::event::NewEvent;
use crate::domain::message::Message;

diesel::infix_operator!(Masked, " & ", BigInt);

/// The next id of a message, as an expression of either database. Every channel has a message that
/// tells of its making, so `SQLite` has noted an id by the time one is asked for.
#[derive(Debug, Clone, Copy, QueryId)]
struct NextId;

impl Expression for NextId {
    type SqlType = BigInt;
}
impl AppearsOnTable<channels::table> for NextId {}

impl QueryFragment<Pg> for NextId {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("nextval('messages_id_seq')");
        Ok(())
    }
}

impl QueryFragment<Sqlite> for NextId {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(SELECT seq + 1 FROM sqlite_sequence WHERE name = 'messages')");
        Ok(())
    }
}

/// Takes the id of a new message: holds the row of an open channel until the end of the transaction
/// and notes the message as its newest, in one statement. `None`: there is no such channel.
///
/// `PostgreSQL` computes the new row before it waits for another holder of the row; when that one has
/// changed it, everything is computed anew, the id included. So the ids of a channel are in the order
/// in which its row was held (tried under aborts and mere locks as well).
pub(crate) fn next_message(conn: &mut Conn, id: ChannelId) -> QueryResult<Option<OpenChannel>> {
    let open = channels::table
        .find(id)
        .filter(channels::closed_at.is_null());
    let row: Option<OpenRow> = on!(conn, |c| prepared(
        diesel::update(open)
            .set(channels::last_message.eq(NextId))
            .returning(OPEN)
    )
    .get_result(c)
    .optional())?;
    Ok(row.map(super::channels::channel))
}

/// Writes a message whose id was taken, with its event, and marks it as read by its author. False,
/// with nothing written, when the author is no member or may not write; that stands in the statement
/// itself. The caller holds the channel.
pub(crate) fn say(
    conn: &mut Conn,
    channel: ChannelId,
    message: &Message,
    event: &NewEvent,
    now: Millis,
) -> QueryResult<bool> {
    let saying = Saying {
        channel,
        message,
        event,
        needed: Permissions::from_iter([Permission::Write]).bits(),
        now,
    };
    match conn {
        Conn::Sqlite(c) => {
            if !saying.mark(c)? {
                return Ok(false);
            }
            saying.write(c)?;
            outbox::append(conn, event, now).map(|_id| true)
        }
        Conn::Postgres(c) => saying.execute(c).map(|rows| rows == 1),
    }
}

struct Saying<'a> {
    channel: ChannelId,
    message: &'a Message,
    event: &'a NewEvent,
    needed: i64,
    now: Millis,
}

impl Saying<'_> {
    fn mark(&self, conn: &mut SqliteConnection) -> QueryResult<bool> {
        let held = Masked::new(members::permissions, self.needed.into_sql::<BigInt>());
        let author = members::table
            .find((self.channel, self.message.user))
            .filter(held.eq(self.needed));
        prepared(diesel::update(author).set(members::last_read.eq(self.message.id)))
            .execute(conn)
            .map(|rows| rows == 1)
    }

    fn write(&self, conn: &mut SqliteConnection) -> QueryResult<()> {
        let row = (
            messages::id.eq(self.message.id),
            messages::channel_id.eq(self.channel),
            messages::user_id.eq(self.message.user),
            messages::username.eq(&self.message.username),
            messages::message_type.eq(self.message.kind),
            messages::content.eq(self.message.content.as_deref()),
            messages::created_at.eq(self.now),
        );
        diesel::insert_into(messages::table)
            .values(row)
            .execute(conn)
            .map(drop)
    }
}

/// All of it in one round trip.
impl QueryFragment<Pg> for Saying<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let message = self.message;
        out.push_sql("WITH author AS (UPDATE members SET last_read = ");
        out.push_bind_param::<BigInt, _>(&message.id)?;
        out.push_sql(" WHERE channel_id = ");
        out.push_bind_param::<BigInt, _>(&self.channel)?;
        out.push_sql(" AND user_id = ");
        out.push_bind_param::<BigInt, _>(&message.user)?;
        out.push_sql(" AND permissions & ");
        out.push_bind_param::<BigInt, _>(&self.needed)?;
        out.push_sql(" <> 0 RETURNING channel_id, user_id), message AS (INSERT INTO messages ");
        out.push_sql("(id, channel_id, user_id, username, type, content, created_at) SELECT ");
        out.push_bind_param::<BigInt, _>(&message.id)?;
        out.push_sql(", channel_id, user_id, ");
        out.push_bind_param::<Text, _>(&message.username)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(&message.kind)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&message.content)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(" FROM author) INSERT INTO events ");
        out.push_sql("(channel_id, kind, user_id, payload, created_at) SELECT channel_id, ");
        out.push_bind_param::<Text, _>(&self.event.kind)?;
        out.push_sql(", user_id, ");
        out.push_bind_param::<Text, _>(&self.event.payload)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.now)?;
        out.push_sql(" FROM author");
        Ok(())
    }
}

/// One statement, whatever it is about: it is prepared once a connection.
impl QueryId for Saying<'_> {
    type QueryId = Saying<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<PgConnection> for Saying<'_> {}
