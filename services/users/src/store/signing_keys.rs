//! Signing keys. One signs; retired ones stay until the last token under them has ended.

use diesel::prelude::*;
use latchkey_common::auth::jwt::{LEEWAY_SECONDS, SigningAlgorithm};
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use super::schema::signing_keys as keys;
use crate::domain::signing_key::SigningKeyInfo;

/// A key to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewRow {
    /// Its id.
    pub(crate) kid: String,
    /// What it signs with.
    pub(crate) algorithm: SigningAlgorithm,
    /// The private half, sealed.
    pub(crate) sealed_private: Vec<u8>,
    /// The public half as JSON.
    pub(crate) public_jwk: String,
}

/// The key that signs.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Active {
    /// Its id.
    pub(crate) kid: String,
    /// What it signs with.
    pub(crate) algorithm: SigningAlgorithm,
    /// The private half, sealed.
    pub(crate) sealed_private: Vec<u8>,
}

columns! {
    /// The columns of an [`Active`], in its order.
    ACTIVE: keys::kid, keys::algorithm, keys::sealed_private
}

/// Makes this the key that signs. False when there is one already.
pub(crate) fn insert(conn: &mut Conn, new: &NewRow, now: SqlNow) -> QueryResult<bool> {
    let row = (
        keys::kid.eq(&new.kid),
        keys::algorithm.eq(new.algorithm),
        keys::sealed_private.eq(&new.sealed_private),
        keys::public_jwk.eq(&new.public_jwk),
        keys::created_at.eq(now),
        keys::tokens_end_at.eq(0_i64),
    );
    on!(conn, |c| diesel::insert_into(keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))
    .map(|rows| rows == 1)
}

/// The key that signs, if there is one yet. On `PostgreSQL` held until the end of the transaction,
/// so that what is signed with it is noted before it can be retired.
pub(crate) fn hold_active(conn: &mut Conn) -> QueryResult<Option<Active>> {
    let query = keys::table
        .filter(keys::retired_at.is_null())
        .select(ACTIVE);
    match conn {
        Conn::Sqlite(c) => query.first(c).optional(),
        Conn::Postgres(c) => query.for_update().first(c).optional(),
    }
}

/// The key that signs, if there is one yet; for looking at it.
pub(crate) fn active(conn: &mut Conn) -> QueryResult<Option<Active>> {
    on!(conn, |c| keys::table
        .filter(keys::retired_at.is_null())
        .select(ACTIVE)
        .first(c)
        .optional())
}

/// Notes until when a token under the key lives.
pub(crate) fn note_token(conn: &mut Conn, kid: &str, ends_at: Millis) -> QueryResult<()> {
    let later = keys::table
        .find(kid)
        .filter(keys::tokens_end_at.lt(ends_at));
    on!(conn, |c| diesel::update(later)
        .set(keys::tokens_end_at.eq(ends_at))
        .execute(c))
    .map(drop)
}

/// Retires this key, if it still signs.
pub(crate) fn retire(conn: &mut Conn, kid: &str, now: SqlNow) -> QueryResult<()> {
    let active = keys::table.find(kid).filter(keys::retired_at.is_null());
    on!(conn, |c| diesel::update(active)
        .set(keys::retired_at.eq(now.nullable()))
        .execute(c))
    .map(drop)
}

/// All keys, the newest first.
pub(crate) fn all(conn: &mut Conn) -> QueryResult<Vec<SigningKeyInfo>> {
    on!(conn, |c| keys::table
        .order((keys::created_at.desc(), keys::kid))
        .select((
            keys::kid,
            keys::algorithm,
            keys::created_at,
            keys::retired_at,
            keys::tokens_end_at
        ))
        .load(c))
}

/// All public halves as JSON, the newest first.
pub(crate) fn public(conn: &mut Conn) -> QueryResult<Vec<String>> {
    on!(conn, |c| keys::table
        .order((keys::created_at.desc(), keys::kid))
        .select(keys::public_jwk)
        .load(c))
}

/// Deletes retired keys under which no token lives any more.
pub(crate) fn purge(conn: &mut Conn, now: SqlNow) -> QueryResult<usize> {
    let over = keys::table
        .filter(keys::retired_at.is_not_null())
        .filter((keys::tokens_end_at + LEEWAY_SECONDS * 1_000).lt(now));
    on!(conn, |c| diesel::delete(over).execute(c))
}
