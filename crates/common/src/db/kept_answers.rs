//! What was answered to a call that carried a key, so that the same call again gets the same answer and
//! does nothing a second time.
//!
//! The key is written down in the transaction that has the effect, and the answer too: both are there or
//! neither is, whatever dies in between. Where the effect is an act in another service, its key stands
//! there instead of an answer, and the act tells how it ended. Who asks a second time while the first is
//! under way waits for that transaction, where it is one.
//!
//! Every service that has such calls has the table `kept_answers`. How answers are worded and sealed is
//! not known here.

use std::time::Duration;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::act_keys::ActKey;
use super::{Conn, Db, QueryResult, SqlNow, any_of};
use crate::fault::Fault;
use crate::on;

diesel::table! {
    kept_answers (id) {
        id -> BigInt,
        caller -> Text,
        key -> Text,
        fingerprint -> Binary,
        act_key -> Nullable<Text>,
        answer -> Nullable<Binary>,
        begun_at -> BigInt,
    }
}

/// How long a key is known.
pub const LIFE: Duration = Duration::from_hours(7 * 24);

/// A call that is to have its effect once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneCall {
    /// Whose key it is: two callers may use the same text.
    pub caller: String,
    /// The key.
    pub key: String,
    /// SHA-256 of what is asked: method, path and body, or what stands for a body with a password in it.
    pub fingerprint: [u8; 32],
}

/// What [`begin`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: the call is to be made, and its key is now taken.
    New,
    /// The key was used for something else.
    OtherCall,
    /// The call was made; this was kept.
    Answered(Vec<u8>),
    /// The call began this act in another service, which tells how it ended.
    Act(ActKey),
}

/// First statement of the call's transaction. Waits for a transaction that holds the same key.
pub fn begin(
    conn: &mut Conn,
    call: &OneCall,
    act: Option<&ActKey>,
    now: SqlNow,
) -> QueryResult<Begun> {
    let row = (
        kept_answers::caller.eq(&call.caller),
        kept_answers::key.eq(&call.key),
        kept_answers::fingerprint.eq(call.fingerprint.as_slice()),
        kept_answers::act_key.eq(act.map(ActKey::as_str)),
        kept_answers::begun_at.eq(now),
    );
    let made = on!(conn, |c| diesel::insert_into(kept_answers::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(c))?;
    if made == 1 {
        return Ok(Begun::New);
    }
    Ok(found(conn, call)?.unwrap_or(Begun::New))
}

/// What is known of the call, if anything: lets one that is made again skip what comes before its
/// transaction. Only [`begin`] decides.
pub fn found(conn: &mut Conn, call: &OneCall) -> QueryResult<Option<Begun>> {
    type Row = (Vec<u8>, Option<String>, Option<Vec<u8>>);
    let row: Option<Row> = on!(conn, |c| kept_answers::table
        .filter(kept_answers::caller.eq(&call.caller))
        .filter(kept_answers::key.eq(&call.key))
        .select((
            kept_answers::fingerprint,
            kept_answers::act_key,
            kept_answers::answer
        ))
        .first(c)
        .optional())?;
    Ok(row.map(|(fingerprint, act, answer)| match (act, answer) {
        _ if fingerprint != call.fingerprint => Begun::OtherCall,
        (_, Some(answer)) => Begun::Answered(answer),
        (Some(act), None) => Begun::Act(ActKey::from_stored(act)),
        // Nobody sees a transaction that has not ended.
        (None, None) => Begun::New,
    }))
}

/// Last statement of the call's transaction: what is answered.
pub fn keep(conn: &mut Conn, call: &OneCall, answer: &[u8]) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        kept_answers::table
            .filter(kept_answers::caller.eq(&call.caller))
            .filter(kept_answers::key.eq(&call.key))
    )
    .set(kept_answers::answer.eq(answer))
    .execute(c))
    .map(drop)
}

/// The act came to nothing: the key is free for another try.
pub fn forget(conn: &mut Conn, call: &OneCall, act: &ActKey) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        kept_answers::table
            .filter(kept_answers::caller.eq(&call.caller))
            .filter(kept_answers::key.eq(&call.key))
            .filter(kept_answers::act_key.eq(act.as_str()))
    )
    .execute(c))
    .map(drop)
}

/// Forgets all keys of these callers, with what was answered to them.
pub fn forget_of(conn: &mut Conn, callers: &[String]) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        kept_answers::table.filter(kept_answers::caller.eq_any(callers))
    )
    .execute(c))
    .map(drop)
}

/// How many keys one transaction forgets, so that nobody waits long for the rows.
const CHUNK: i64 = 1_000;

/// Forgets all keys that are older than [`LIFE`].
///
/// # Errors
/// Trouble with the database.
pub async fn purge(db: &Db) -> Result<(), Fault> {
    loop {
        let now = db.now();
        if db.change(move |conn| purge_some(conn, now, CHUNK)).await? == 0 {
            return Ok(());
        }
    }
}

/// Forgets at most `limit` of them. Answers how many.
pub fn purge_some(conn: &mut Conn, now: SqlNow, limit: i64) -> QueryResult<usize> {
    let old: Vec<i64> = on!(conn, |c| kept_answers::table
        .filter(kept_answers::begun_at.lt(now.minus(LIFE)))
        .order(kept_answers::begun_at)
        .limit(limit)
        .select(kept_answers::id)
        .load(c))?;
    if old.is_empty() {
        return Ok(0);
    }
    on!(conn, |c| diesel::delete(
        kept_answers::table.filter(any_of(kept_answers::id, old.iter().copied()))
    )
    .execute(c))
}
