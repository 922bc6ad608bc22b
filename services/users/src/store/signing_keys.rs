//! Signing keys. One signs, and the next one may wait; retired ones stay until the last token under them has
//! ended.

use std::time::Duration;

use diesel::prelude::*;
use latchkey_common::auth::jwt::{LEEWAY_SECONDS, SigningAlgorithm};
use latchkey_common::clock::{Millis, SKEW};
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

/// The key that is published and signs nothing yet.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Waiting {
    /// Its id.
    pub(crate) kid: String,
    /// What it will sign with.
    pub(crate) algorithm: SigningAlgorithm,
    /// It has been published for long enough.
    pub(crate) is_due: bool,
}

/// A row of the table, for a key that signs since `$signs_since`. Another one in its place stays.
macro_rules! insert {
    ($conn:expr, $new:expr, $now:expr, $signs_since:expr) => {{
        let row = (
            keys::kid.eq(&$new.kid),
            keys::algorithm.eq($new.algorithm),
            keys::sealed_private.eq(&$new.sealed_private),
            keys::public_jwk.eq(&$new.public_jwk),
            keys::created_at.eq($now),
            keys::signs_since.eq($signs_since),
            keys::tokens_end_at.eq(0_i64),
        );
        on!($conn, |c| diesel::insert_into(keys::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))
        .map(|rows| rows == 1)
    }};
}

/// Makes this the key that signs, unless there is one.
pub(crate) fn begin(conn: &mut Conn, new: &NewRow, now: SqlNow) -> QueryResult<()> {
    insert!(conn, new, now, now.nullable()).map(drop)
}

/// Publishes this as the key that signs next. False where one waits.
pub(crate) fn publish(conn: &mut Conn, new: &NewRow, now: SqlNow) -> QueryResult<bool> {
    insert!(conn, new, now, None::<Millis>)
}

/// The key that waits, if there is one. It is due when it has been published for `lead`; one that was made later
/// than now is of a clock that was put back, and nobody knows how long it waits.
pub(crate) fn waiting(
    conn: &mut Conn,
    lead: Duration,
    now: SqlNow,
) -> QueryResult<Option<Waiting>> {
    let is_due = keys::created_at
        .le(now.minus(lead))
        .or(keys::created_at.gt(now.plus(SKEW)));
    on!(conn, |c| keys::table
        .filter(keys::retired_at.is_null())
        .filter(keys::signs_since.is_null())
        .select((keys::kid, keys::algorithm, is_due))
        .first(c)
        .optional())
}

/// The key that waits signs from now on, if it still waits and no other signs.
pub(crate) fn promote(conn: &mut Conn, kid: &str, now: SqlNow) -> QueryResult<()> {
    let waiting = keys::table
        .find(kid)
        .filter(keys::retired_at.is_null())
        .filter(keys::signs_since.is_null());
    on!(conn, |c| diesel::update(waiting)
        .set(keys::signs_since.eq(now.nullable()))
        .execute(c))
    .map(drop)
}

/// Takes back a key that waits: it has signed nothing.
pub(crate) fn withdraw(conn: &mut Conn, kid: &str) -> QueryResult<()> {
    let waiting = keys::table
        .find(kid)
        .filter(keys::retired_at.is_null())
        .filter(keys::signs_since.is_null());
    on!(conn, |c| diesel::delete(waiting).execute(c)).map(drop)
}

/// The key that signs, if there is one yet. On `PostgreSQL` held until the end of the transaction,
/// so that what is signed with it is noted before it can be retired.
pub(crate) fn hold_active(conn: &mut Conn) -> QueryResult<Option<Active>> {
    let query = keys::table
        .filter(keys::retired_at.is_null())
        .filter(keys::signs_since.is_not_null())
        .select(ACTIVE);
    match conn {
        Conn::Sqlite(c) => query.first(c).optional(),
        Conn::Postgres(c) => {
            let held = query.for_update().first(c).optional()?;
            // The one that signed was retired while it was waited for: another one signs by now.
            held.map_or_else(
                || query.for_update().first(c).optional(),
                |held| Ok(Some(held)),
            )
        }
    }
}

/// The key that signs, if there is one yet; for looking at it.
pub(crate) fn active(conn: &mut Conn) -> QueryResult<Option<Active>> {
    on!(conn, |c| keys::table
        .filter(keys::retired_at.is_null())
        .filter(keys::signs_since.is_not_null())
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

/// Retires this key, if it still signs. On `PostgreSQL` whoever does the same at once waits.
pub(crate) fn retire(conn: &mut Conn, kid: &str, now: SqlNow) -> QueryResult<()> {
    let active = keys::table
        .find(kid)
        .filter(keys::retired_at.is_null())
        .filter(keys::signs_since.is_not_null());
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
            keys::signs_since,
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
