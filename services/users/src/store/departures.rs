//! Accounts that are deleted, and which services have forgotten their part of them.

use diesel::dsl::case_when;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;
use latchkey_peers::users::{DELETED, Part};

use super::accounts::{COLUMNS, tokens_end};
use super::schema::{accounts, departures};
use crate::domain::account::Account;

/// Makes an account a deleted person's: signed tokens end, and nothing is left that tells who it was. Nobody else gets the
/// name before [`free_name`]. `None` when it was one already.
pub(crate) fn leave(conn: &mut Conn, id: UserId, now: SqlNow) -> QueryResult<Option<Account>> {
    let there = accounts::table.find(id).filter(accounts::left_at.is_null());
    let set = (
        accounts::username.eq(DELETED),
        accounts::email.eq(None::<String>),
        accounts::email_folded.eq(None::<String>),
        // No password has this hash; it is asked for by name or of the living alone.
        accounts::password_hash.eq(""),
        accounts::is_super_user.eq(false),
        accounts::is_locked.eq(true),
        accounts::left_at.eq(now.nullable()),
        tokens_end!(now),
    );
    on!(conn, |c| diesel::update(there)
        .set(set)
        .returning(COLUMNS)
        .get_result(c)
        .optional())
}

/// Lets somebody else have the name of a deleted person. No name has a slash, so what stands there then is nobody's.
pub(crate) fn free_name(conn: &mut Conn, id: UserId) -> QueryResult<()> {
    let left = accounts::table
        .find(id)
        .filter(accounts::left_at.is_not_null());
    on!(conn, |c| diesel::update(left)
        .set(accounts::username_folded.eq(format!("deleted/{id}")))
        .execute(c))
    .map(drop)
}

/// Somebody leaves, in the transaction that makes the account a deleted person's.
pub(crate) fn begin(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<()> {
    let row = (departures::user_id.eq(user), departures::left_at.eq(now));
    on!(conn, |c| diesel::insert_into(departures::table)
        .values(row)
        .execute(c))
    .map(drop)
}

/// Whose part is not forgotten, and who has left after `since`; the first `limit` of them, in the order in which they left.
pub(crate) fn due(
    conn: &mut Conn,
    part: Part,
    since: SqlNow,
    limit: i64,
) -> QueryResult<Vec<UserId>> {
    on!(conn, |c| {
        let under_way = departures::ended_at.is_null();
        let all = departures::table
            .order((departures::left_at, departures::user_id))
            .limit(limit)
            .select(departures::user_id)
            .into_boxed();
        let late = departures::left_at.gt(since);
        match part {
            Part::Channels => all.filter(late.or(under_way.and(departures::channels_at.is_null()))),
            Part::Invitations => {
                all.filter(late.or(under_way.and(departures::invitations_at.is_null())))
            }
            Part::Discord => all.filter(late.or(under_way.and(departures::discord_at.is_null()))),
        }
        .load(c)
    })
}

/// Whether that is written down of a part.
pub(crate) fn is_forgotten(conn: &mut Conn, part: Part, user: UserId) -> QueryResult<bool> {
    let row = departures::table.find(user);
    let at: Option<Option<Millis>> = on!(conn, |c| match part {
        Part::Channels => row.select(departures::channels_at).first(c),
        Part::Invitations => row.select(departures::invitations_at).first(c),
        Part::Discord => row.select(departures::discord_at).first(c),
    }
    .optional())?;
    Ok(at.flatten().is_some())
}

/// Writes down that a part is forgotten. On `PostgreSQL` whoever does so for another part of the same person waits.
pub(crate) fn forgotten(conn: &mut Conn, part: Part, user: UserId, now: SqlNow) -> QueryResult<()> {
    let row = departures::table.find(user);
    on!(conn, |c| match part {
        Part::Channels => diesel::update(row.filter(departures::channels_at.is_null()))
            .set(departures::channels_at.eq(now.nullable()))
            .execute(c),
        Part::Invitations => diesel::update(row.filter(departures::invitations_at.is_null()))
            .set(departures::invitations_at.eq(now.nullable()))
            .execute(c),
        Part::Discord => diesel::update(row.filter(departures::discord_at.is_null()))
            .set(departures::discord_at.eq(now.nullable()))
            .execute(c),
    })
    .map(drop)
}

/// Ends a departure of which every part is forgotten. False when one is left, or it has ended before.
pub(crate) fn end(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<bool> {
    let done = departures::table
        .find(user)
        .filter(departures::ended_at.is_null())
        .filter(departures::channels_at.is_not_null())
        .filter(departures::invitations_at.is_not_null())
        .filter(departures::discord_at.is_not_null());
    on!(conn, |c| diesel::update(done)
        .set(departures::ended_at.eq(now.nullable()))
        .execute(c))
    .map(|rows| rows == 1)
}
