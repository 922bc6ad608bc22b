//! Members and what they may do. Whoever's membership has ended by itself is none to any of these, whether that
//! is written down or not: each compares the end with the clock in its statement.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow, any_of};
use latchkey_common::{columns, on};
use latchkey_peers::channels::{ChannelId, ChannelType, Membership, Permissions, Seat};

use super::schema::{channels, members, messages, past_members};
use crate::domain::member::{Member, Person, Relation};
use crate::domain::message::MessageId;

/// The membership has not ended by itself.
#[diesel::dsl::auto_type]
pub(super) fn lasts(now: SqlNow) -> _ {
    members::ends_at
        .is_null()
        .or(members::ends_at.gt(now.nullable()))
}

/// Makes somebody a member, beginning with the event `joined_event`, and until `ends_at`. The caller holds the
/// channel and knows that there is no such member.
pub(crate) fn insert(
    conn: &mut Conn,
    person: &Person,
    membership: &Membership,
    ends_at: Option<Millis>,
    joined_event: i64,
) -> QueryResult<()> {
    let row = (
        members::channel_id.eq(membership.channel),
        members::user_id.eq(person.id),
        members::username.eq(&person.username),
        members::permissions.eq(membership.permissions),
        members::joined_at.eq(membership.joined_at),
        members::last_read.eq(membership.last_read),
        members::joined_event.eq(joined_event),
        members::ends_at.eq(ends_at),
    );
    on!(conn, |c| diesel::insert_into(members::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// A user's membership of a channel; `None` for one who is no member.
pub(crate) fn seat(
    conn: &mut Conn,
    channel: ChannelId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Option<Seat>> {
    let row: Option<(Permissions, i64)> = on!(conn, |c| members::table
        .find((channel, user))
        .filter(lasts(now))
        .select((members::permissions, members::joined_event))
        .first(c)
        .optional())?;
    Ok(row.map(|(permissions, since)| Seat { permissions, since }))
}

/// What a user may do in a channel; `None` for one who is no member.
pub(crate) fn permissions(
    conn: &mut Conn,
    channel: ChannelId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Option<Permissions>> {
    on!(conn, |c| members::table
        .find((channel, user))
        .filter(lasts(now))
        .select(members::permissions)
        .first(c)
        .optional())
}

/// True when somebody else than `user` is a member too. The caller has written down whose membership has ended.
pub(crate) fn has_others(conn: &mut Conn, channel: ChannelId, user: UserId) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(diesel::dsl::exists(
        members::table
            .filter(members::channel_id.eq(channel))
            .filter(members::user_id.ne(user))
    ))
    .get_result(c))
}

/// Gives a member all permissions, for as long as they stay: whoever owns a channel does not go by the clock.
pub(crate) fn set_owner(conn: &mut Conn, channel: ChannelId, user: UserId) -> QueryResult<()> {
    let set = (
        members::permissions.eq(Permissions::ALL),
        members::ends_at.eq(None::<Millis>),
    );
    on!(conn, |c| diesel::update(
        members::table.find((channel, user))
    )
    .set(set)
    .execute(c))
    .map(drop)
}

/// Takes a membership away, which ends with the event `left_event`.
pub(crate) fn remove(
    conn: &mut Conn,
    channel: ChannelId,
    user: UserId,
    left_event: i64,
) -> QueryResult<()> {
    let joined: Option<i64> = on!(conn, |c| diesel::delete(
        members::table.find((channel, user))
    )
    .returning(members::joined_event)
    .get_result(c)
    .optional())?;
    let Some(joined) = joined else { return Ok(()) };
    let row = (
        past_members::channel_id.eq(channel),
        past_members::user_id.eq(user),
        past_members::joined_event.eq(joined),
        past_members::left_event.eq(left_event),
    );
    on!(conn, |c| diesel::insert_into(past_members::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// Moves a read mark to a message of the same channel. False when there is no such message or no
/// such member, or the channel is closed.
pub(crate) fn mark_read(
    conn: &mut Conn,
    channel: ChannelId,
    user: UserId,
    message: MessageId,
    now: SqlNow,
) -> QueryResult<bool> {
    let is_open = diesel::dsl::exists(
        channels::table
            .filter(channels::id.eq(channel))
            .filter(channels::closed_at.is_null()),
    );
    let is_here = diesel::dsl::exists(
        messages::table
            .filter(messages::id.eq(message))
            .filter(messages::channel_id.eq(channel)),
    );
    on!(conn, |c| diesel::update(
        members::table
            .filter(members::channel_id.eq(channel))
            .filter(members::user_id.eq(user))
            .filter(lasts(now))
            .filter(is_open)
            .filter(is_here)
    )
    .set(members::last_read.eq(message))
    .execute(c))
    .map(|rows| rows == 1)
}

columns! {
    CHANNEL:
    channels::id,
    channels::name,
    channels::channel_type,
    channels::owner_id,
    channels::last_message,
}
type ChannelRow = (ChannelId, String, ChannelType, UserId, i64);

columns! {
    MINE: members::permissions, members::last_read, members::joined_at
}
type MineRow = (Permissions, i64, Millis);

fn membership_of((channel, mine): (ChannelRow, MineRow)) -> Membership {
    let (id, name, channel_type, owner, last_message) = channel;
    let (permissions, last_read, joined_at) = mine;
    Membership {
        channel: id,
        name,
        channel_type,
        permissions,
        owner,
        last_message,
        last_read,
        joined_at,
    }
}

/// How one user stands in one channel.
pub(crate) fn relation(
    conn: &mut Conn,
    channel: ChannelId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Relation> {
    let row: Option<(ChannelRow, Option<MineRow>)> = on!(conn, |c| channels::table
        .left_join(
            members::table.on(members::channel_id
                .eq(channels::id)
                .and(members::user_id.eq(user))
                .and(lasts(now)))
        )
        .filter(channels::id.eq(channel))
        .filter(channels::closed_at.is_null())
        .select((CHANNEL, MINE.nullable()))
        .first(c)
        .optional())?;
    Ok(match row {
        None => Relation::NoChannel,
        Some((_, None)) => Relation::Stranger,
        Some((channel, Some(mine))) => Relation::Member(membership_of((channel, mine))),
    })
}

/// The channels of a user, by id.
pub(crate) fn of_user(
    conn: &mut Conn,
    user: UserId,
    after: Option<i64>,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<Membership>> {
    let rows: Vec<(ChannelRow, MineRow)> = on!(conn, |c| members::table
        .inner_join(channels::table.on(channels::id.eq(members::channel_id)))
        .filter(members::user_id.eq(user))
        .filter(lasts(now))
        .filter(members::channel_id.gt(after.unwrap_or(0)))
        .filter(channels::closed_at.is_null())
        .order(members::channel_id)
        .limit(limit)
        .select((CHANNEL, MINE))
        .load(c))?;
    Ok(rows.into_iter().map(membership_of).collect())
}

/// The members of a channel, by user id.
pub(crate) fn of_channel(
    conn: &mut Conn,
    channel: ChannelId,
    after: Option<i64>,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<Member>> {
    let rows: Vec<(UserId, String, Permissions, Millis)> = on!(conn, |c| members::table
        .filter(members::channel_id.eq(channel))
        .filter(lasts(now))
        .filter(members::user_id.gt(after.unwrap_or(0)))
        .order(members::user_id)
        .limit(limit)
        .select((
            members::user_id,
            members::username,
            members::permissions,
            members::joined_at
        ))
        .load(c))?;
    Ok(rows
        .into_iter()
        .map(|(user, username, permissions, joined_at)| Member {
            user,
            username,
            permissions,
            joined_at,
        })
        .collect())
}

/// One open channel, and one of the asked users in it with that one's membership.
pub(crate) type StandingRow = (ChannelId, String, ChannelType, Option<(UserId, Seat)>);

/// How any of `users` stand in any of `channels`, in one query. An open channel without any of
/// them has one row without a user.
pub(crate) fn standings(
    conn: &mut Conn,
    channels: &[ChannelId],
    users: &[UserId],
    now: SqlNow,
) -> QueryResult<Vec<StandingRow>> {
    type Row = (
        ChannelId,
        String,
        ChannelType,
        Option<(UserId, Permissions, i64)>,
    );
    let rows: Vec<Row> = on!(conn, |c| channels::table
        .left_join(
            members::table.on(members::channel_id
                .eq(channels::id)
                .and(any_of(members::user_id, users.iter().copied()))
                .and(lasts(now)))
        )
        .filter(any_of(channels::id, channels.iter().copied()))
        .filter(channels::closed_at.is_null())
        .select((
            channels::id,
            channels::name,
            channels::channel_type,
            (
                members::user_id,
                members::permissions,
                members::joined_event
            )
                .nullable()
        ))
        .load(c))?;
    let seated = |(user, permissions, since)| (user, Seat { permissions, since });
    Ok(rows
        .into_iter()
        .map(|(id, name, channel_type, member)| (id, name, channel_type, member.map(seated)))
        .collect())
}
