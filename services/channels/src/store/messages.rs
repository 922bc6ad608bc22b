//! Messages. They outlive their author's membership.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};
use latchkey_peers::channels::{ChannelId, Permission, Permissions};

use super::members::lasts;
use super::schema::{members, messages as t};
use crate::domain::member::Person;
use crate::domain::message::{Message, MessageId, MessageType, Window};

diesel::infix_operator!(Masked, " & ", BigInt);

columns! {
    SAID as SaidColumns:
    t::user_id,
    t::username,
    t::message_type,
    t::content,
}
/// The columns of a [`Message`], in its order.
pub(super) type Columns = (t::id, SaidColumns, t::created_at);
pub(super) const COLUMNS: Columns = (t::id, SAID, t::created_at);

/// A message to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewMessage {
    pub(crate) channel: ChannelId,
    pub(crate) author: UserId,
    pub(crate) kind: MessageType,
    pub(crate) content: Option<String>,
    pub(crate) now: Millis,
}

/// Writes a message by a member who holds `needed`; `None` when its author does not. Who the author
/// is and what that one may do stand in the statement itself. The caller holds the channel.
pub(crate) fn insert(
    conn: &mut Conn,
    new: NewMessage,
    needed: Permission,
    now: SqlNow,
) -> QueryResult<Option<Message>> {
    let needed = Permissions::from_iter([needed]).bits();
    let held = Masked::new(members::permissions, needed.into_sql::<BigInt>());
    let source = members::table
        .filter(members::channel_id.eq(new.channel))
        .filter(members::user_id.eq(new.author))
        .filter(held.eq(needed))
        .filter(lasts(now))
        .select((
            members::channel_id,
            members::user_id,
            members::username,
            new.kind.into_sql::<Text>(),
            new.content.into_sql::<Nullable<Text>>(),
            new.now.into_sql::<BigInt>(),
        ));
    on!(conn, |c| source
        .insert_into(t::table)
        .into_columns((
            t::channel_id,
            t::user_id,
            t::username,
            t::message_type,
            t::content,
            t::created_at,
        ))
        .returning(COLUMNS)
        .get_result(c)
        .optional())
}

/// Writes the creation message of a channel that this transaction has just made.
pub(crate) fn insert_first(
    conn: &mut Conn,
    channel: ChannelId,
    author: &Person,
    now: Millis,
) -> QueryResult<MessageId> {
    let row = (
        t::channel_id.eq(channel),
        t::user_id.eq(author.id),
        t::username.eq(&author.username),
        t::message_type.eq(MessageType::ChannelCreate),
        t::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(t::table)
        .values(row)
        .returning(t::id)
        .get_result(c))
}

/// The newest messages of a window, newest first.
pub(crate) fn newest(conn: &mut Conn, window: &Window) -> QueryResult<Vec<Message>> {
    on!(conn, |c| {
        let mut query = t::table
            .filter(t::channel_id.eq(window.channel))
            .order(t::id.desc())
            .limit(window.limit)
            .select(COLUMNS)
            .into_boxed();
        if let Some(before) = window.before {
            query = query.filter(t::id.lt(before));
        }
        if let Some(types) = &window.types {
            query = query.filter(t::message_type.eq_any(types));
        }
        query.load(c)
    })
}
