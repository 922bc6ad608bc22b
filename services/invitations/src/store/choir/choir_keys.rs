//! Keys of the choir contract, and who may make them.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::secret::TokenHash;
use latchkey_common::{columns, on};

use crate::domain::choir::{ChoirKey, ChoirKeyId};
use crate::store::schema::{choir_keys as keys, choir_whitelist as whitelist};

columns! {
    KEY: keys::id, keys::owner_id, keys::name, keys::created_at
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
        keys::owner_id.eq(owner),
        keys::name.eq(name),
        keys::hash.eq(hash.as_bytes().as_slice()),
        keys::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(keys::table)
        .values(row)
        .returning(KEY)
        .get_result(c))
}

/// A key that is alive, with the hash of its secret.
pub(crate) fn find(conn: &mut Conn, id: ChoirKeyId) -> QueryResult<Option<(ChoirKey, Vec<u8>)>> {
    on!(conn, |c| keys::table
        .filter(keys::id.eq(id))
        .filter(keys::revoked_at.is_null())
        .select((KEY, keys::hash))
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

impl KeysOf {
    /// Whose they are, where they are one person's.
    pub(crate) const fn person(self) -> Option<UserId> {
        match self {
            Self::Person(user) => Some(user),
            Self::All => None,
        }
    }
}

/// Keys that are alive, newest first, at most `limit`.
pub(crate) fn list(conn: &mut Conn, of: KeysOf, limit: i64) -> QueryResult<Vec<ChoirKey>> {
    on!(conn, |c| {
        let alive = keys::table
            .filter(keys::revoked_at.is_null())
            .order(keys::id.desc())
            .limit(limit)
            .select(KEY)
            .into_boxed();
        match of {
            KeysOf::Person(owner) => alive.filter(keys::owner_id.eq(owner)),
            KeysOf::All => alive,
        }
        .load(c)
    })
}

/// How many keys of this person are alive.
pub(crate) fn count(conn: &mut Conn, owner: UserId) -> QueryResult<i64> {
    on!(conn, |c| keys::table
        .filter(keys::owner_id.eq(owner))
        .filter(keys::revoked_at.is_null())
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
        let alive = diesel::update(keys::table)
            .set(keys::revoked_at.eq(now.nullable()))
            .into_boxed()
            .filter(keys::id.eq(id))
            .filter(keys::revoked_at.is_null());
        match of {
            KeysOf::Person(owner) => alive.filter(keys::owner_id.eq(owner)),
            KeysOf::All => alive,
        }
        .execute(c)
    })
    .map(|rows| rows == 1)
}

/// Ends all keys of a person.
pub(crate) fn revoke_all(conn: &mut Conn, owner: UserId, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        keys::table
            .filter(keys::owner_id.eq(owner))
            .filter(keys::revoked_at.is_null())
    )
    .set(keys::revoked_at.eq(now.nullable()))
    .execute(c))
    .map(drop)
}

/// Puts somebody on the white list, or leaves them there.
pub(crate) fn allow(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::insert_into(whitelist::table)
        .values((whitelist::user_id.eq(user), whitelist::added_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(c))
    .map(drop)
}

/// Takes somebody off the white list.
pub(crate) fn disallow(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(whitelist::table.find(user))
        .execute(c))
    .map(drop)
}

/// Whether somebody is on the white list.
pub(crate) fn is_allowed(conn: &mut Conn, user: UserId) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(diesel::dsl::exists(
        whitelist::table.find(user)
    ))
    .get_result(c))
}
