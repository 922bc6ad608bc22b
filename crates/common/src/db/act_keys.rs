//! An act that another service asked for by key is done once, or barred for ever.
//!
//! Whoever reserves something for an act in this database hands a key in. The act inserts the key
//! first, in its own transaction; the one who must know how it ended [`decide`]s the key. The
//! unique key makes the two exclude each other, whichever commits first: merely asking would let a
//! slow act win afterwards.
//!
//! Every service that does such acts has the table `act_keys`. A barred key stays barred for ever.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Conn, QueryResult, SqlNow, prepared};
use crate::on;

diesel::table! {
    act_keys (key) {
        key -> Text,
        outcome -> Text,
        made_id -> Nullable<BigInt>,
        decided_at -> BigInt,
    }
}

crate::text_enum! {
    /// What became of a key.
    Outcome {
        /// The act was done; `made_id` names what it made.
        Made = "made",
        /// The act will never be done.
        Barred = "barred",
    }
}

/// Names one act. Random, made by the one who asks for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActKey(String);

impl ActKey {
    /// A new key.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// A key that was stored.
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// For the column.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What [`begin`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// The act is this transaction's to do; it calls [`made`] before it commits.
    New,
    /// The same act was done before and made this.
    Made(i64),
    /// The act was given up and must not be done.
    Barred,
}

/// How a key was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// The act was done and made this.
    Made(i64),
    /// The act was not done and never will be.
    Barred,
}

/// First statement of an act. Waits for a transaction that holds the same key.
pub fn begin(conn: &mut Conn, key: &ActKey, now: SqlNow) -> QueryResult<Begun> {
    if insert(conn, key, Outcome::Made, now)? {
        return Ok(Begun::New);
    }
    Ok(match stored(conn, key)? {
        Decision::Made(id) => Begun::Made(id),
        Decision::Barred => Begun::Barred,
    })
}

/// Last statement of an act: what it made.
pub fn made(conn: &mut Conn, key: &ActKey, id: i64) -> QueryResult<()> {
    on!(conn, |c| prepared(
        diesel::update(act_keys::table.find(key.as_str())).set(act_keys::made_id.eq(id))
    )
    .execute(c))
    .map(drop)
}

/// How the key was decided, if it was: lets an act that is asked for again skip costly work before
/// its transaction. Only [`begin`] decides.
pub fn decided(conn: &mut Conn, key: &ActKey) -> QueryResult<Option<Decision>> {
    stored(conn, key).optional()
}

/// Acts that were done, in the order of their keys: what the ledger is compared with.
pub fn list_made(
    conn: &mut Conn,
    after: Option<&ActKey>,
    limit: i64,
) -> QueryResult<Vec<(ActKey, i64)>> {
    let after = after.map_or("", ActKey::as_str);
    let made: Vec<(String, i64)> = on!(conn, |c| act_keys::table
        .filter(act_keys::key.gt(after))
        .filter(act_keys::made_id.is_not_null())
        .order(act_keys::key)
        .limit(limit)
        .select((act_keys::key, act_keys::made_id.assume_not_null()))
        .load(c))?;
    Ok(made
        .into_iter()
        .map(|(key, id)| (ActKey(key), id))
        .collect())
}

/// What the act made, or a bar so that it never makes anything.
pub fn decide(conn: &mut Conn, key: &ActKey, now: SqlNow) -> QueryResult<Decision> {
    insert(conn, key, Outcome::Barred, now)?;
    stored(conn, key)
}

fn insert(conn: &mut Conn, key: &ActKey, outcome: Outcome, now: SqlNow) -> QueryResult<bool> {
    let row = (
        act_keys::key.eq(key.as_str()),
        act_keys::outcome.eq(outcome),
        act_keys::decided_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(act_keys::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))
    .map(|rows| rows == 1)
}

fn stored(conn: &mut Conn, key: &ActKey) -> QueryResult<Decision> {
    let made: Option<i64> = on!(conn, |c| act_keys::table
        .find(key.as_str())
        .select(act_keys::made_id)
        .first(c))?;
    Ok(made.map_or(Decision::Barred, Decision::Made))
}
