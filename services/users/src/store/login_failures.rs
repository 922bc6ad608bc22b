//! How often a login under a name has failed of late, from where.

use diesel::prelude::*;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::PURGE_BATCH;
use super::schema::login_failures;

/// A window that is not over.
#[derive(Debug, Clone, Queryable)]
pub(crate) struct Window {
    /// Where the failures came from.
    pub(crate) source: String,
    /// How many there were.
    pub(crate) failures: i64,
    /// Since when they are counted.
    pub(crate) began: Millis,
    /// It begins later than now: the clock has been put back since.
    pub(crate) is_ahead: bool,
}

/// The windows of a name that are not over, of these sources. `since` is the moment before which a window is
/// over.
pub(crate) fn windows(
    conn: &mut Conn,
    folded: &str,
    sources: &[String],
    since: SqlNow,
    now: SqlNow,
) -> QueryResult<Vec<Window>> {
    on!(conn, |c| login_failures::table
        .filter(login_failures::name_folded.eq(folded))
        .filter(login_failures::source.eq_any(sources))
        .filter(login_failures::window_started_at.gt(since))
        .select((
            login_failures::source,
            login_failures::failures,
            login_failures::window_started_at,
            login_failures::window_started_at.gt(now)
        ))
        .load(c))
}

/// Lets the windows of a name that lie ahead begin now: a clock that was put back makes no wait longer than
/// a window.
pub(crate) fn pull_back(conn: &mut Conn, folded: &str, now: SqlNow) -> QueryResult<()> {
    let ahead = login_failures::table
        .filter(login_failures::name_folded.eq(folded))
        .filter(login_failures::window_started_at.gt(now));
    on!(conn, |c| diesel::update(ahead)
        .set(login_failures::window_started_at.eq(now))
        .execute(c))
    .map(drop)
}

/// Counts one failure; the first one, or the first one after a window, begins a window.
pub(crate) fn count(
    conn: &mut Conn,
    folded: &str,
    source: &str,
    since: SqlNow,
    now: SqlNow,
) -> QueryResult<()> {
    pull_back(conn, folded, now)?;
    on!(conn, |c| diesel::delete(
        login_failures::table
            .find((folded, source))
            .filter(login_failures::window_started_at.le(since))
    )
    .execute(c))?;
    let row = (
        login_failures::name_folded.eq(folded),
        login_failures::source.eq(source),
        login_failures::failures.eq(1),
        login_failures::window_started_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(login_failures::table)
        .values(row)
        .on_conflict((login_failures::name_folded, login_failures::source))
        .do_update()
        .set(login_failures::failures.eq(login_failures::failures + 1))
        .execute(c))
    .map(drop)
}

/// Forgets the failures under a name from one source.
pub(crate) fn forget(conn: &mut Conn, folded: &str, source: &str) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        login_failures::table.find((folded, source))
    )
    .execute(c))
    .map(drop)
}

/// Forgets the failures under a name, wherever they came from.
pub(crate) fn forget_all(conn: &mut Conn, folded: &str) -> QueryResult<()> {
    let all = login_failures::table.filter(login_failures::name_folded.eq(folded));
    on!(conn, |c| diesel::delete(all).execute(c)).map(drop)
}

/// Deletes some windows that are over, and answers how many. Those that lie ahead begin now.
pub(crate) fn purge(conn: &mut Conn, since: SqlNow, now: SqlNow) -> QueryResult<usize> {
    on!(conn, |c| diesel::update(
        login_failures::table.filter(login_failures::window_started_at.gt(now))
    )
    .set(login_failures::window_started_at.eq(now))
    .execute(c))?;
    let over: Vec<String> = on!(conn, |c| login_failures::table
        .filter(login_failures::window_started_at.le(since))
        .limit(PURGE_BATCH)
        .select(login_failures::name_folded)
        .load(c))?;
    on!(conn, |c| diesel::delete(
        login_failures::table
            .filter(login_failures::name_folded.eq_any(&over))
            .filter(login_failures::window_started_at.le(since))
    )
    .execute(c))
}
