//! Links with which somebody chooses another password.

use std::time::Duration;

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;
use latchkey_common::secret::TokenHash;

use super::PURGE_BATCH;
use super::accounts::COLUMNS;
use super::schema::{accounts, reset_links};
use crate::domain::account::Account;

/// Stores a link of somebody in place of the one before. Answers when it ends.
pub(crate) fn put(
    conn: &mut Conn,
    user: UserId,
    token: &TokenHash,
    life: Duration,
    now: SqlNow,
) -> QueryResult<Millis> {
    end(conn, user)?;
    let row = (
        reset_links::user_id.eq(user),
        reset_links::token_hash.eq(token.as_bytes().as_slice()),
        reset_links::expires_at.eq(now.plus(life)),
    );
    on!(conn, |c| diesel::insert_into(reset_links::table)
        .values(row)
        .returning(reset_links::expires_at)
        .get_result(c))
}

/// Whose link this is, if it is still good and the account is not locked.
pub(crate) fn owner(
    conn: &mut Conn,
    token: &TokenHash,
    now: SqlNow,
) -> QueryResult<Option<Account>> {
    on!(conn, |c| reset_links::table
        .inner_join(accounts::table)
        .filter(reset_links::token_hash.eq(token.as_bytes().as_slice()))
        .filter(reset_links::expires_at.gt(now))
        .filter(diesel::dsl::not(accounts::is_locked))
        .select(COLUMNS)
        .first(c)
        .optional())
}

/// Uses a link up. `None`: it is good no more, and somebody else may have used it.
pub(crate) fn take(conn: &mut Conn, token: &TokenHash, now: SqlNow) -> QueryResult<Option<UserId>> {
    let good = reset_links::table
        .filter(reset_links::token_hash.eq(token.as_bytes().as_slice()))
        .filter(reset_links::expires_at.gt(now));
    on!(conn, |c| diesel::delete(good)
        .returning(reset_links::user_id)
        .get_result(c)
        .optional())
}

/// Ends somebody's link, if there is one.
pub(crate) fn end(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    let theirs = reset_links::table.filter(reset_links::user_id.eq(user));
    on!(conn, |c| diesel::delete(theirs).execute(c)).map(drop)
}

/// Deletes some links whose time is over.
pub(crate) fn purge(conn: &mut Conn, now: SqlNow) -> QueryResult<usize> {
    let over: Vec<i64> = on!(conn, |c| reset_links::table
        .filter(reset_links::expires_at.le(now))
        .order(reset_links::expires_at)
        .limit(PURGE_BATCH)
        .select(reset_links::id)
        .load(c))?;
    on!(conn, |c| diesel::delete(
        reset_links::table.filter(reset_links::id.eq_any(&over))
    )
    .execute(c))
}
