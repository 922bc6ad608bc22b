//! Writing events, reading them by position, and forgetting old ones.

use diesel::dsl::{AssumeNotNull, Nullable};
use diesel::prelude::*;
use diesel::result::Error;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult};
use latchkey_common::{columns, on};
use latchkey_peers::channels::{ChannelId, ChannelType, Membership, Permissions};

use super::messages as said;
use super::piece::{Place, first};
use super::schema::{event_counter, events as t, messages, past_members};
use crate::domain::event::{Event, EventKind, Fact, Kept, NewEvent};
use crate::domain::message::{Message, MessageId};

/// Writes an event; answers its id. The caller holds the channel.
pub(crate) fn append(conn: &mut Conn, event: &NewEvent, now: Millis) -> QueryResult<i64> {
    let (mut message, mut name, mut joined) = (None, None, None);
    match &event.fact {
        Fact::Message {
            message: id,
            channel_name,
        } => {
            message = Some(*id);
            name = Some(channel_name);
        }
        Fact::Rename { channel_name } => name = Some(channel_name),
        Fact::Join(membership) => {
            name = Some(&membership.name);
            joined = Some(membership);
        }
        Fact::Leave | Fact::Remove | Fact::Closed => {}
    }
    let row = (
        t::channel_id.eq(event.channel),
        t::kind.eq(event.fact.kind()),
        t::recipient_id.eq(event.fact.is_personal().then_some(event.user)),
        t::user_id.eq(event.user),
        t::message_id.eq(message),
        t::channel_name.eq(name),
        t::channel_type.eq(joined.map(|one| one.channel_type)),
        t::owner_id.eq(joined.map(|one| one.owner)),
        t::permissions.eq(joined.map(|one| one.permissions)),
        t::last_message.eq(joined.map(|one| one.last_message)),
        t::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(t::table)
        .values(row)
        .returning(t::id)
        .get_result(c))
}

/// Which part of the outbox is there.
pub(crate) fn kept(conn: &mut Conn) -> QueryResult<Kept> {
    let newest = t::table
        .filter(t::position.is_not_null())
        .order(t::position.desc())
        .limit(1)
        .select(t::position)
        .single_value();
    let (purged_through, newest): (i64, Option<i64>) = on!(conn, |c| event_counter::table
        .select((event_counter::purged_through, newest))
        .first(c))?;
    Ok(Kept {
        purged_through,
        head: newest.unwrap_or(purged_through).max(purged_through),
    })
}

pub(super) type Head = (
    t::id,
    AssumeNotNull<t::position>,
    t::channel_id,
    t::recipient_id,
    t::user_id,
);
columns! {
    FACTS as Facts:
    t::kind,
    t::message_id,
    t::channel_name,
    t::channel_type,
    t::owner_id,
    t::permissions,
    t::last_message,
    t::created_at,
}

type HeadRow = (i64, i64, ChannelId, Option<UserId>, UserId);
type FactsRow = (
    EventKind,
    Option<MessageId>,
    Option<String>,
    Option<ChannelType>,
    Option<UserId>,
    Option<Permissions>,
    Option<i64>,
    Millis,
);
pub(super) type Row = (HeadRow, FactsRow, Option<Message>);

fn head() -> Head {
    (
        t::id,
        t::position.assume_not_null(),
        t::channel_id,
        t::recipient_id,
        t::user_id,
    )
}

/// Events with the messages that they tell of: whoever reads many asks once.
#[diesel::dsl::auto_type]
pub(super) fn told() -> _ {
    t::table.left_join(messages::table.on(messages::id.nullable().eq(t::message_id)))
}

/// The columns of a [`Row`] in [`told()`].
pub(super) fn columns() -> (Head, Facts, Nullable<said::Columns>) {
    (head(), FACTS, said::COLUMNS.nullable())
}

pub(super) fn event((head, facts, message): Row) -> QueryResult<Event> {
    let (id, position, channel, recipient, user) = head;
    let fact = fact(channel, facts).ok_or_else(|| {
        Error::DeserializationError(format!("event {id} lacks facts of its kind").into())
    })?;
    Ok(Event {
        id,
        position,
        channel,
        recipient,
        user,
        fact,
        message,
    })
}

fn fact(channel: ChannelId, facts: FactsRow) -> Option<Fact> {
    let (kind, message, name, channel_type, owner, permissions, last_message, at) = facts;
    Some(match kind {
        EventKind::Message => Fact::Message {
            message: message?,
            channel_name: name?,
        },
        EventKind::Rename => Fact::Rename {
            channel_name: name?,
        },
        EventKind::Join => Fact::Join(Membership {
            channel,
            name: name?,
            channel_type: channel_type?,
            permissions: permissions?,
            owner: owner?,
            last_message: last_message?,
            // Whoever comes in has read nothing, and comes in when the event happens.
            last_read: 0,
            joined_at: at,
        }),
        EventKind::Leave => Fact::Leave,
        EventKind::Remove => Fact::Remove,
        EventKind::Closed => Fact::Closed,
    })
}

/// Events after a position, in order.
pub(crate) fn after(conn: &mut Conn, position: i64, limit: i64) -> QueryResult<Vec<Event>> {
    let query = told()
        .filter(t::position.gt(Place(position)))
        .order(t::position)
        .select(columns());
    let rows: Vec<Row> = on!(conn, |c| first(query, limit).load(c))?;
    rows.into_iter().map(event).collect()
}

/// The kinds that may end invitations, spelled as the partial index has them.
const MEMBERSHIP: &str =
    "kind IN ('channel-join', 'channel-leave', 'channel-remove', 'channel-closed')";

/// Comings, goings and closings after a position and up to another, in order.
pub(crate) fn membership_changes(
    conn: &mut Conn,
    after: i64,
    through: i64,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let rows: Vec<(HeadRow, FactsRow)> = on!(conn, |c| t::table
        .filter(t::position.gt(after))
        .filter(t::position.le(through))
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(MEMBERSHIP))
        .order(t::position)
        .limit(limit)
        .select((head(), FACTS))
        .load(c))?;
    let event = |(head, facts)| event((head, facts, None));
    rows.into_iter().map(event).collect()
}

/// Deletes up to `limit` of the oldest events that are older than `cutoff`. It stops at the first
/// younger one, so that what is left has no holes. Answers how many.
pub(crate) fn purge(conn: &mut Conn, cutoff: Millis, limit: i64) -> QueryResult<usize> {
    let oldest: Vec<(i64, Millis)> = on!(conn, |c| t::table
        .filter(t::position.is_not_null())
        .order(t::position)
        .limit(limit)
        .select((t::position.assume_not_null(), t::created_at))
        .load(c))?;
    let is_old = |(_, created_at): &&(i64, Millis)| *created_at < cutoff;
    let Some((last, _)) = oldest.iter().take_while(is_old).last() else {
        return Ok(0);
    };
    on!(conn, |c| diesel::update(event_counter::table)
        .set(event_counter::purged_through.eq(last))
        .execute(c))?;
    on!(conn, |c| diesel::delete(
        t::table.filter(t::position.le(last))
    )
    .execute(c))
}

/// Deletes up to `limit` times of membership whose last event is deleted. Answers how many.
pub(crate) fn purge_past_members(conn: &mut Conn, limit: i64) -> QueryResult<usize> {
    let is_kept = diesel::dsl::exists(t::table.filter(t::id.eq(past_members::left_event)));
    let gone: Vec<i64> = on!(conn, |c| past_members::table
        .filter(diesel::dsl::not(is_kept))
        .order(past_members::left_event)
        .limit(limit)
        .select(past_members::left_event)
        .load(c))?;
    on!(conn, |c| diesel::delete(
        past_members::table.filter(past_members::left_event.eq_any(&gone))
    )
    .execute(c))
}
