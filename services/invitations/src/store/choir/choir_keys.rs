//! Keys of the choir contract, and who may make them.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::secret::TokenHash;
use latchkey_common::{columns, on};

use crate::domain::choir::{ChoirKey, ChoirKeyId};
use crate::store::schema::{choir_keys as k, choir_whitelist as w};

columns! {
    KEY: k::id, k::owner_id, k::name, k::created_at
}

/// Keeps a new key.
pub(crate) fn insert(
    conn: &mut Conn,
    owner: Option<UserId>,
    name: &str,
    hash: &TokenHash,
    now: SqlNow,
) -> QueryResult<ChoirKey> {
    let row = (
        k::owner_id.eq(owner),
        k::name.eq(name),
        k::hash.eq(hash.as_bytes().as_slice()),
        k::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(k::table)
        .values(row)
        .returning(KEY)
        .get_result(c))
}

/// A key that is alive, with the hash of its secret.
pub(crate) fn find(conn: &mut Conn, id: ChoirKeyId) -> QueryResult<Option<(ChoirKey, Vec<u8>)>> {
    on!(conn, |c| k::table
        .filter(k::id.eq(id))
        .filter(k::revoked_at.is_null())
        .select((KEY, k::hash))
        .first(c)
        .optional())
}

/// Whose keys are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeysOf {
    /// This person's.
    Person(UserId),
    /// Everybody's, the operator's included.
    All,
}

/// Keys that are alive, newest first, at most `limit`.
pub(crate) fn list(conn: &mut Conn, of: KeysOf, limit: i64) -> QueryResult<Vec<ChoirKey>> {
    on!(conn, |c| {
        let alive = k::table
            .filter(k::revoked_at.is_null())
            .order(k::id.desc())
            .limit(limit)
            .select(KEY)
            .into_boxed();
        match of {
            KeysOf::Person(owner) => alive.filter(k::owner_id.eq(owner)),
            KeysOf::All => alive,
        }
        .load(c)
    })
}

/// How many keys of this person are alive.
pub(crate) fn count(conn: &mut Conn, owner: UserId) -> QueryResult<i64> {
    on!(conn, |c| k::table
        .filter(k::owner_id.eq(owner))
        .filter(k::revoked_at.is_null())
        .count()
        .get_result(c))
}

/// Ends a key. False when there is none of that number that is alive and meant.
pub(crate) fn revoke(
    conn: &mut Conn,
    id: ChoirKeyId,
    of: KeysOf,
    now: SqlNow,
) -> QueryResult<bool> {
    on!(conn, |c| {
        let alive = diesel::update(k::table)
            .set(k::revoked_at.eq(now.nullable()))
            .into_boxed()
            .filter(k::id.eq(id))
            .filter(k::revoked_at.is_null());
        match of {
            KeysOf::Person(owner) => alive.filter(k::owner_id.eq(owner)),
            KeysOf::All => alive,
        }
        .execute(c)
    })
    .map(|rows| rows == 1)
}

/// Puts somebody on the white list, or leaves them there.
pub(crate) fn allow(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::insert_into(w::table)
        .values((w::user_id.eq(user), w::added_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(c))
    .map(drop)
}

/// Takes somebody off the white list.
pub(crate) fn disallow(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(w::table.find(user)).execute(c)).map(drop)
}

/// Whether somebody is on the white list.
pub(crate) fn is_allowed(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(diesel::dsl::exists(
        w::table.find(user)
    ))
    .get_result(c))
}
