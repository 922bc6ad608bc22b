//! Sessions.

use std::time::Duration;

use diesel::dsl::case_when;
use diesel::prelude::*;
use latchkey_common::auth::{SessionId, UserId};
use latchkey_common::clock::{Millis, SKEW, millis};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;
use latchkey_common::secret::TokenHash;

use super::PURGE_BATCH;
use super::accounts::COLUMNS as ACCOUNT;
use super::schema::{accounts, sessions};
use crate::domain::account::Account;
use crate::domain::session::Session;

/// A live session and whose it is.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Live {
    /// Which.
    pub(crate) id: SessionId,
    /// When it began.
    pub(crate) created_at: Millis,
    /// When its use was last written.
    pub(crate) last_used_at: Millis,
    /// When it ends unless it is used before.
    pub(crate) expires_at: Millis,
    /// Whose; not locked.
    pub(crate) account: Account,
}

/// A session to be stored.
#[derive(Debug, Clone)]
pub(crate) struct NewSession {
    /// Whose.
    pub(crate) user: UserId,
    /// The hash of its token.
    pub(crate) token: TokenHash,
    /// What the client calls itself.
    pub(crate) user_agent: Option<String>,
    /// How long it lives unused.
    pub(crate) life: Duration,
}

/// Stores a session.
pub(crate) fn insert(conn: &mut Conn, new: &NewSession, now: SqlNow) -> QueryResult<SessionId> {
    let row = (
        sessions::user_id.eq(new.user),
        sessions::token_hash.eq(new.token.as_bytes().as_slice()),
        sessions::created_at.eq(now),
        sessions::last_used_at.eq(now),
        sessions::expires_at.eq(now.plus(new.life)),
        sessions::user_agent.eq(new.user_agent.as_deref()),
    );
    on!(conn, |c| diesel::insert_into(sessions::table)
        .values(row)
        .returning(sessions::id)
        .get_result(c))
}

/// Whether there is a session with this token.
pub(crate) fn is_token_known(conn: &mut Conn, token: &TokenHash) -> QueryResult<bool> {
    let known = sessions::table.filter(sessions::token_hash.eq(token.as_bytes().as_slice()));
    on!(conn, |c| diesel::select(diesel::dsl::exists(known))
        .get_result(c))
}

/// The live session with this token, begun not longer than `longest` ago.
pub(crate) fn resolve(
    conn: &mut Conn,
    token: &TokenHash,
    longest: Duration,
    now: SqlNow,
) -> QueryResult<Option<Live>> {
    on!(conn, |c| sessions::table
        .inner_join(accounts::table)
        .filter(sessions::token_hash.eq(token.as_bytes().as_slice()))
        .filter(sessions::expires_at.gt(now))
        .filter((sessions::created_at + millis(longest)).gt(now))
        .filter(diesel::dsl::not(accounts::is_locked))
        .select((
            sessions::id,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
            ACCOUNT
        ))
        .first(c)
        .optional())
}

/// How a session is extended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spans {
    /// How old the last written use must be.
    pub(crate) age: Duration,
    /// How long it lives from now.
    pub(crate) life: Duration,
    /// How long it lives at most from its beginning.
    pub(crate) longest: Duration,
}

/// Extends a live session whose last written use is old enough, or lies ahead because the clock was put
/// back. False when it has ended, or another request was faster.
pub(crate) fn renew(
    conn: &mut Conn,
    id: SessionId,
    Spans { age, life, longest }: Spans,
    now: SqlNow,
) -> QueryResult<bool> {
    let latest = sessions::created_at + millis(longest);
    let end = case_when(latest.lt(now.plus(life)), latest).otherwise(now.plus(life));
    let due = sessions::table
        .find(id)
        .filter(sessions::expires_at.gt(now))
        .filter(
            (sessions::last_used_at + millis(age))
                .le(now)
                .or(sessions::last_used_at.gt(now.plus(SKEW))),
        );
    let set = (sessions::last_used_at.eq(now), sessions::expires_at.eq(end));
    on!(conn, |c| diesel::update(due).set(set).execute(c)).map(|rows| rows == 1)
}

/// Sessions whose last use lies ahead, because the clock was put back, count as used now.
pub(crate) fn pull_back(conn: &mut Conn, life: Duration, now: SqlNow) -> QueryResult<()> {
    let ahead = sessions::table.filter(sessions::last_used_at.gt(now.plus(SKEW)));
    let began = case_when(sessions::created_at.gt(now), now).otherwise(sessions::created_at);
    let set = (
        sessions::created_at.eq(began),
        sessions::last_used_at.eq(now),
        sessions::expires_at.eq(now.plus(life)),
    );
    on!(conn, |c| diesel::update(ahead).set(set).execute(c)).map(drop)
}

/// The live sessions of a person, in the order of their beginning.
pub(crate) fn of_user(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<Vec<Session>> {
    on!(conn, |c| sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::expires_at.gt(now))
        .order(sessions::id)
        .select((
            sessions::id,
            sessions::created_at,
            sessions::last_used_at,
            sessions::expires_at,
            sessions::user_agent,
        ))
        .load(c))
}

/// When a session began that is alive.
pub(crate) fn began_at(conn: &mut Conn, id: SessionId, now: SqlNow) -> QueryResult<Option<Millis>> {
    on!(conn, |c| sessions::table
        .find(id)
        .filter(sessions::expires_at.gt(now))
        .select(sessions::created_at)
        .first(c)
        .optional())
}

/// Which of these sessions are alive.
pub(crate) fn alive(
    conn: &mut Conn,
    ids: &[SessionId],
    now: SqlNow,
) -> QueryResult<Vec<SessionId>> {
    on!(conn, |c| sessions::table
        .inner_join(accounts::table)
        .filter(sessions::id.eq_any(ids))
        .filter(sessions::expires_at.gt(now))
        .filter(diesel::dsl::not(accounts::is_locked))
        .select(sessions::id)
        .load(c))
}

/// Whether this is a live session of this person, who may be locked.
pub(crate) fn is_alive(
    conn: &mut Conn,
    user: UserId,
    id: SessionId,
    now: SqlNow,
) -> QueryResult<bool> {
    let found = sessions::table
        .find(id)
        .filter(sessions::user_id.eq(user))
        .filter(sessions::expires_at.gt(now));
    on!(conn, |c| diesel::select(diesel::dsl::exists(found))
        .get_result(c))
}

/// Ends one session of a person. False when the person has no such session that is alive; a dead
/// one is taken away all the same.
pub(crate) fn end(conn: &mut Conn, user: UserId, id: SessionId, now: Millis) -> QueryResult<bool> {
    let ended: Option<Millis> = on!(conn, |c| diesel::delete(
        sessions::table.find(id).filter(sessions::user_id.eq(user))
    )
    .returning(sessions::expires_at)
    .get_result(c)
    .optional())?;
    Ok(ended.is_some_and(|expires_at| expires_at > now))
}

/// Ends all sessions of a person but one.
pub(crate) fn end_others(
    conn: &mut Conn,
    user: UserId,
    kept: Option<SessionId>,
) -> QueryResult<Vec<SessionId>> {
    // No session has the number 0.
    let kept = kept.unwrap_or(SessionId(0));
    on!(conn, |c| diesel::delete(
        sessions::table
            .filter(sessions::user_id.eq(user))
            .filter(sessions::id.ne(kept))
    )
    .returning(sessions::id)
    .get_results(c))
}

/// Ends the least recently used sessions of a person until `cap` are left, the new one among them.
/// `latest` says when a session was last used, given what is written. The caller holds the account,
/// so that two logins do not count past each other.
pub(crate) fn end_surplus(
    conn: &mut Conn,
    user: UserId,
    new: SessionId,
    cap: i64,
    latest: impl Fn(SessionId, Millis) -> Millis,
) -> QueryResult<Vec<SessionId>> {
    let others: Vec<(SessionId, Millis)> = on!(conn, |c| sessions::table
        .filter(sessions::user_id.eq(user))
        .filter(sessions::id.ne(new))
        .select((sessions::id, sessions::last_used_at))
        .load(c))?;
    let mut others: Vec<(Millis, SessionId)> = others
        .into_iter()
        .map(|(id, written)| (latest(id, written), id))
        .collect();
    others.sort_unstable();
    let kept = usize::try_from(cap.saturating_sub(1)).unwrap_or_default();
    others.truncate(others.len().saturating_sub(kept));
    let surplus: Vec<SessionId> = others.into_iter().map(|(_, id)| id).collect();
    delete(conn, &surplus)?;
    Ok(surplus)
}

/// Deletes some sessions that have expired, and answers which.
pub(crate) fn purge(conn: &mut Conn, now: SqlNow) -> QueryResult<Vec<SessionId>> {
    let expired: Vec<SessionId> = on!(conn, |c| sessions::table
        .filter(sessions::expires_at.le(now))
        .order(sessions::expires_at)
        .limit(PURGE_BATCH)
        .select(sessions::id)
        .load(c))?;
    // Guarded again: a use that came in between keeps its session.
    on!(conn, |c| diesel::delete(
        sessions::table
            .filter(sessions::id.eq_any(&expired))
            .filter(sessions::expires_at.le(now))
    )
    .returning(sessions::id)
    .get_results(c))
}

fn delete(conn: &mut Conn, ids: &[SessionId]) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    on!(conn, |c| diesel::delete(
        sessions::table.filter(sessions::id.eq_any(ids))
    )
    .execute(c))
    .map(drop)
}
