//! Becoming a member of a channel, with the event that tells of it.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{BigInt, Nullable, Text};
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow, prepared};
use latchkey_peers::channels::{
    AddMember, ChannelId, ChannelType, Membership, Permission, Permissions,
};

use super::{members, outbox};
use crate::domain::channel::OpenChannel;
use crate::domain::event::{EventKind, Fact, NewEvent};
use crate::domain::member::Person;
use crate::domain::message::MessageId;

/// Makes somebody a member of a channel whose row is held, for `ends_after` milliseconds or until they go, with the
/// event that tells of it. The caller knows that there is no such member.
pub(crate) fn admit(
    conn: &mut Conn,
    channel: &OpenChannel,
    person: &Person,
    permissions: Permissions,
    ends_after: Option<i64>,
    now: Millis,
) -> QueryResult<Membership> {
    let membership = channel.membership(permissions, now);
    let joined = NewEvent {
        channel: channel.id,
        user: person.id,
        fact: Fact::Join(membership.clone()),
    };
    let event = outbox::append(conn, &joined, now)?;
    let ends_at = ends_after.map(|span| Millis(now.0.saturating_add(span)));
    members::insert(conn, person, &membership, ends_at, event)?;
    Ok(membership)
}

/// First of all the channel's row is held, so that whatever was committed while the statement waited for
/// it counts: the issuer's row is looked at in its newest form, because it is locked, and a membership or
/// a key that is there by now is a duplicate. The event's number is taken after that.
const ADD: &str = "
WITH channel AS (
    SELECT id, name, type, owner_id, last_message FROM channels
    WHERE id = $1 AND closed_at IS NULL FOR NO KEY UPDATE
), issuer AS (
    SELECT members.user_id FROM members, channel
    WHERE members.channel_id = channel.id AND members.user_id = $2
    AND members.permissions & $3 = $3 AND members.joined_event <= $4
    AND (members.ends_at IS NULL
        OR members.ends_at > (extract(epoch from clock_timestamp()) * 1000)::bigint + $11)
    FOR SHARE OF members
), event AS (
    INSERT INTO events (channel_id, kind, recipient_id, user_id, channel_name, channel_type,
        owner_id, last_message, permissions, created_at)
    SELECT id, $5, $6, $6, name, type, owner_id, last_message, $7, $8 FROM channel, issuer
    RETURNING id
), member AS (
    INSERT INTO members (channel_id, user_id, username, permissions, joined_at, joined_event,
        ends_at)
    SELECT channel.id, $6, $9, $7, $8, event.id, $8 + $12 FROM channel, event RETURNING user_id
), key AS (
    INSERT INTO act_keys (key, outcome, made_id, decided_at)
    SELECT $10, 'made', user_id, $8 FROM member
)
SELECT id, name, type, owner_id, last_message FROM channel, member";

#[derive(QueryableByName)]
struct Joined {
    #[diesel(sql_type = BigInt)]
    id: ChannelId,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text, column_name = "type")]
    channel_type: ChannelType,
    #[diesel(sql_type = BigInt)]
    owner_id: UserId,
    #[diesel(sql_type = BigInt)]
    last_message: MessageId,
}

/// Does the whole act on `PostgreSQL` in a single statement, if every rule allows it and the key is new;
/// otherwise nothing at all, and why stands in no answer of this. `SQLite` has no such statement.
pub(crate) fn add_at_once(
    conn: &mut Conn,
    ask: &AddMember,
    sql_now: SqlNow,
) -> QueryResult<Option<Membership>> {
    let Conn::Postgres(conn) = conn else {
        return Ok(None);
    };
    let now = sql_now.process();
    let statement = diesel::sql_query(ADD)
        .bind::<BigInt, _>(ask.channel)
        .bind::<BigInt, _>(ask.issuer)
        .bind::<BigInt, _>(ask.permissions.with(Permission::Invite))
        .bind::<BigInt, _>(ask.issuer_since.unwrap_or(i64::MAX))
        .bind::<Text, _>(EventKind::Join)
        .bind::<BigInt, _>(ask.user)
        .bind::<BigInt, _>(ask.permissions)
        .bind::<BigInt, _>(now)
        .bind::<Text, _>(&ask.username)
        .bind::<Text, _>(ask.key.as_str())
        .bind::<BigInt, _>(sql_now.shift())
        .bind::<Nullable<BigInt>, _>(ask.ends_after);
    let joined: Option<Joined> = match prepared(statement).get_result(conn).optional() {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => None,
        other => other?,
    };
    Ok(joined.map(|row| {
        let channel = OpenChannel {
            id: row.id,
            name: row.name,
            channel_type: row.channel_type,
            owner: row.owner_id,
            last_message: row.last_message,
        };
        channel.membership(ask.permissions, now)
    }))
}
