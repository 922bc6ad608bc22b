//! API tokens.

use std::time::Duration;

use diesel::prelude::*;
use latchkey_common::auth::{Scopes, UserId};
use latchkey_common::clock::{Millis, SKEW, millis};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::secret::TokenHash;
use latchkey_common::{columns, on};

use super::PURGE_BATCH;
use super::accounts::COLUMNS as ACCOUNT;
use super::schema::{accounts, api_tokens};
use crate::domain::account::Account;
use crate::domain::api_token::{ApiToken, ApiTokenId, TokenName};

/// A token to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewApiToken {
    /// Whose.
    pub(crate) user: UserId,
    /// What its owner calls it.
    pub(crate) name: TokenName,
    /// What it may do.
    pub(crate) scopes: Scopes,
    /// The hash of it.
    pub(crate) token: TokenHash,
    /// How long it lives; `None`: until it is revoked.
    pub(crate) life: Option<Duration>,
}

/// A token and whose it is; not locked.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Live {
    /// Which.
    pub(crate) id: ApiTokenId,
    /// Words separated by blanks.
    pub(crate) scopes: String,
    /// When its use was last written.
    pub(crate) last_used_at: Option<Millis>,
    /// When it ends, if it does.
    pub(crate) expires_at: Option<Millis>,
    /// Whose.
    pub(crate) account: Account,
}

type Row = (
    ApiTokenId,
    String,
    String,
    Millis,
    Option<Millis>,
    Option<Millis>,
);

columns! {
    COLUMNS:
    api_tokens::id,
    api_tokens::name,
    api_tokens::scopes,
    api_tokens::created_at,
    api_tokens::last_used_at,
    api_tokens::expires_at,
}

/// Has not ended: a condition of either database.
macro_rules! is_alive {
    ($now:expr) => {
        api_tokens::expires_at
            .is_null()
            .or(api_tokens::expires_at.gt($now.nullable()))
    };
}

/// Stores a token.
pub(crate) fn insert(conn: &mut Conn, new: &NewApiToken, now: SqlNow) -> QueryResult<ApiToken> {
    let row = (
        api_tokens::user_id.eq(new.user),
        api_tokens::name.eq(new.name.as_str()),
        api_tokens::scopes.eq(new.scopes.to_string()),
        api_tokens::token_hash.eq(new.token.as_bytes().as_slice()),
        api_tokens::created_at.eq(now),
        new.life
            .map(|life| api_tokens::expires_at.eq(now.plus(life).nullable())),
    );
    let row: Row = on!(conn, |c| diesel::insert_into(api_tokens::table)
        .values(row)
        .returning(COLUMNS)
        .get_result(c))?;
    Ok(read(row))
}

/// How many live tokens a person has.
pub(crate) fn count(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<i64> {
    on!(conn, |c| api_tokens::table
        .filter(api_tokens::user_id.eq(user))
        .filter(is_alive!(now))
        .count()
        .get_result(c))
}

/// A person's live tokens behind `after`, by id.
pub(crate) fn of_user(
    conn: &mut Conn,
    user: UserId,
    after: i64,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<ApiToken>> {
    let rows: Vec<Row> = on!(conn, |c| api_tokens::table
        .filter(api_tokens::user_id.eq(user))
        .filter(api_tokens::id.gt(after))
        .filter(is_alive!(now))
        .order(api_tokens::id)
        .limit(limit)
        .select(COLUMNS)
        .load(c))?;
    Ok(rows.into_iter().map(read).collect())
}

/// Deletes a person's token. False when the person has none with this id.
pub(crate) fn delete(conn: &mut Conn, user: UserId, id: ApiTokenId) -> QueryResult<bool> {
    on!(conn, |c| diesel::delete(
        api_tokens::table
            .find(id)
            .filter(api_tokens::user_id.eq(user))
    )
    .execute(c))
    .map(|rows| rows == 1)
}

/// Deletes all tokens of a person.
pub(crate) fn delete_all(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        api_tokens::table.filter(api_tokens::user_id.eq(user))
    )
    .execute(c))
    .map(drop)
}

/// The live token with this hash, unless its account is locked.
pub(crate) fn resolve(
    conn: &mut Conn,
    token: &TokenHash,
    now: SqlNow,
) -> QueryResult<Option<Live>> {
    on!(conn, |c| api_tokens::table
        .inner_join(accounts::table)
        .filter(api_tokens::token_hash.eq(token.as_bytes().as_slice()))
        .filter(is_alive!(now))
        .filter(diesel::dsl::not(accounts::is_locked))
        .select((
            api_tokens::id,
            api_tokens::scopes,
            api_tokens::last_used_at,
            api_tokens::expires_at,
            ACCOUNT
        ))
        .first(c)
        .optional())
}

/// Notes that a token is used, if the last written use is older than `age`, or lies ahead because the clock was
/// put back.
pub(crate) fn touch(
    conn: &mut Conn,
    id: ApiTokenId,
    age: Duration,
    now: SqlNow,
) -> QueryResult<()> {
    let due = api_tokens::table.find(id).filter(
        api_tokens::last_used_at
            .is_null()
            .or((api_tokens::last_used_at + millis(age)).le(now.nullable()))
            .or(api_tokens::last_used_at.gt(now.plus(SKEW).nullable())),
    );
    on!(conn, |c| diesel::update(due)
        .set(api_tokens::last_used_at.eq(now.nullable()))
        .execute(c))
    .map(drop)
}

/// Deletes some tokens that have ended.
pub(crate) fn purge(conn: &mut Conn, now: SqlNow) -> QueryResult<usize> {
    let ended: Vec<ApiTokenId> = on!(conn, |c| api_tokens::table
        .filter(api_tokens::expires_at.le(now.nullable()))
        .order(api_tokens::expires_at)
        .limit(PURGE_BATCH)
        .select(api_tokens::id)
        .load(c))?;
    on!(conn, |c| diesel::delete(
        api_tokens::table.filter(api_tokens::id.eq_any(&ended))
    )
    .execute(c))
}

/// Only parsed scopes are stored; a word that a later version no longer knows gives nothing.
pub(crate) fn read_scopes(text: &str) -> Scopes {
    Scopes::parse(text).unwrap_or_default()
}

fn read((id, name, scopes, created_at, last_used_at, expires_at): Row) -> ApiToken {
    ApiToken {
        id,
        name: TokenName::stored(name),
        scopes: read_scopes(&scopes),
        created_at,
        last_used_at,
        expires_at,
    }
}
