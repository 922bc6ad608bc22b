//! Links. Every change of a state is one statement that names the state it leaves: whoever changes
//! a row is the only one who does, on every replica.

use std::time::Duration;

use diesel::dsl::{count_star, exists, min};
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::{Millis, SKEW};
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use super::schema::discord_links as links;
use crate::domain::link::{Code, EndReason, Link, LinkId, State};

columns! {
    /// The columns of a [`Link`], in its order.
    pub(super) LINK:
    links::id,
    links::uuid,
    links::user_id,
    links::requested_by,
    links::state,
    links::code,
    links::reserved_at,
    links::made_at,
    links::ended_at,
    links::ended_by,
    links::end_reason,
}

/// How many rows one run of a job changes: bounds the transaction.
const BATCH: i64 = 500;

/// A link to be reserved.
#[derive(Debug, Clone)]
pub(crate) struct NewLink {
    /// The id that the contract shows.
    pub(crate) uuid: String,
    /// For whom.
    pub(crate) user: UserId,
    /// Who asks.
    pub(crate) requested_by: UserId,
    /// When the job may give it back.
    pub(crate) settle_within: Duration,
}

/// Reserves the one link of a user; `None` when they have one or one is being made.
pub(crate) fn reserve(conn: &mut Conn, new: &NewLink, now: SqlNow) -> QueryResult<Option<Link>> {
    let row = (
        links::uuid.eq(&new.uuid),
        links::user_id.eq(new.user),
        links::requested_by.eq(new.requested_by),
        links::state.eq(State::Reserved),
        links::reserved_at.eq(now),
        links::settle_after.eq(now.plus(new.settle_within)),
    );
    on!(conn, |c| diesel::insert_into(links::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(LINK)
        .get_result(c)
        .optional())
}

/// Discord made the link: it is the user's. `None` when the reservation is over.
pub(crate) fn fill(
    conn: &mut Conn,
    id: LinkId,
    code: &Code,
    now: SqlNow,
) -> QueryResult<Option<Link>> {
    let set = (
        links::state.eq(State::Ready),
        links::code.eq(code.as_str()),
        links::made_at.eq(now.nullable()),
        links::is_told.eq(false),
    );
    on!(conn, |c| diesel::update(
        links::table
            .find(id)
            .filter(links::state.eq(State::Reserved))
    )
    .set(set)
    .returning(LINK)
    .get_result(c)
    .optional())
}

/// Discord made nothing: the user may try again. False when the reservation is over.
pub(crate) fn release(conn: &mut Conn, id: LinkId, now: SqlNow) -> QueryResult<bool> {
    let set = (
        links::state.eq(State::Released),
        links::ended_at.eq(now.nullable()),
        links::end_reason.eq(EndReason::NotMade),
    );
    on!(conn, |c| diesel::update(
        links::table
            .find(id)
            .filter(links::state.eq(State::Reserved))
    )
    .set(set)
    .execute(c))
    .map(|changed| changed > 0)
}

/// The time of a reservation is over. One that was made later than now is of a clock that was put back, and
/// nobody knows how old it is.
macro_rules! is_over {
    ($now:expr) => {
        links::settle_after
            .le($now)
            .or(links::reserved_at.gt($now.plus(SKEW)))
    };
}

/// True while there is a reservation whose time is over.
pub(crate) fn any_left_over(conn: &mut Conn, now: SqlNow) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(exists(
        links::table
            .filter(links::state.eq(State::Reserved))
            .filter(is_over!(now))
    ))
    .get_result(c))
}

/// How many reservations there are, and since when the oldest.
pub(crate) fn reserved(conn: &mut Conn) -> QueryResult<(i64, Option<Millis>)> {
    on!(conn, |c| links::table
        .filter(links::state.eq(State::Reserved))
        .select((count_star(), min(links::reserved_at)))
        .first(c))
}

/// Gives back reservations whose time is over; answers whose they were. At most a batch
/// of them: what is left is for the next run.
pub(crate) fn release_left_over(conn: &mut Conn, now: SqlNow) -> QueryResult<Vec<UserId>> {
    let set = (
        links::state.eq(State::Released),
        links::ended_at.eq(now.nullable()),
        links::end_reason.eq(EndReason::LeftOver),
    );
    on!(conn, |c| {
        let due: Vec<LinkId> = links::table
            .filter(links::state.eq(State::Reserved))
            .filter(is_over!(now))
            .order(links::id)
            .limit(BATCH)
            .select(links::id)
            .load(c)?;
        diesel::update(
            links::table
                .filter(links::id.eq_any(due))
                .filter(links::state.eq(State::Reserved)),
        )
        .set(set)
        .returning(links::user_id)
        .get_results(c)
    })
}

/// The link was taken back at Discord, by the operator or by somebody. `None` when it is not a user's any more.
pub(crate) fn revoke(
    conn: &mut Conn,
    id: LinkId,
    by: Option<UserId>,
    now: SqlNow,
) -> QueryResult<Option<Link>> {
    let set = (
        links::state.eq(State::Revoked),
        links::ended_at.eq(now.nullable()),
        links::ended_by.eq(by),
        links::end_reason.eq(EndReason::TakenBack),
        links::is_told.eq(false),
    );
    on!(conn, |c| diesel::update(
        links::table.find(id).filter(links::state.eq(State::Ready))
    )
    .set(set)
    .returning(LINK)
    .get_result(c)
    .optional())
}

/// A user's link, if there is one, is theirs no more, and nothing tells which one a link of theirs was. What is being made
/// ends by itself; then it is asked for again.
pub(crate) fn forget(conn: &mut Conn, user: UserId, now: SqlNow) -> QueryResult<()> {
    let set = (
        links::state.eq(State::Revoked),
        links::ended_at.eq(now.nullable()),
        links::ended_by.eq(Some(user)),
        links::end_reason.eq(EndReason::TakenBack),
    );
    on!(conn, |c| {
        let theirs = links::table.filter(links::user_id.eq(user));
        diesel::update(theirs.filter(links::state.eq(State::Ready)))
            .set(set)
            .execute(c)?;
        let told = theirs.filter(links::code.is_not_null());
        diesel::update(told)
            .set(links::code.eq(None::<String>))
            .execute(c)
    })
    .map(drop)
}

/// A user's link.
pub(crate) fn of_user(conn: &mut Conn, user: UserId) -> QueryResult<Option<Link>> {
    on!(conn, |c| links::table
        .filter(links::user_id.eq(user))
        .filter(links::state.eq(State::Ready))
        .select(LINK)
        .first(c)
        .optional())
}

/// The link with the id that the contract shows, in any state.
pub(crate) fn find(conn: &mut Conn, uuid: &str) -> QueryResult<Option<Link>> {
    on!(conn, |c| links::table
        .filter(links::uuid.eq(uuid))
        .select(LINK)
        .first(c)
        .optional())
}

/// The link that Discord calls by this code, in any state.
pub(crate) fn find_by_code(conn: &mut Conn, code: &Code) -> QueryResult<Option<Link>> {
    on!(conn, |c| links::table
        .filter(links::code.eq(code.as_str()))
        .order(links::id.desc())
        .select(LINK)
        .first(c)
        .optional())
}

/// Which links the operator asks for, beside the page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Where they stand; `None`: anywhere.
    pub(crate) states: Option<Vec<State>>,
    /// Who asked for them.
    pub(crate) requested_by: Option<UserId>,
    /// For whom.
    pub(crate) user: Option<UserId>,
}

/// Those that fit, newest first, behind `after`.
pub(crate) fn list_for_operator(
    conn: &mut Conn,
    filter: &Filter,
    after: Option<LinkId>,
    limit: i64,
) -> QueryResult<Vec<Link>> {
    on!(conn, |c| {
        let mut found = links::table
            .order(links::id.desc())
            .limit(limit)
            .select(LINK)
            .into_boxed();
        if let Some(after) = after {
            found = found.filter(links::id.lt(after));
        }
        if let Some(states) = &filter.states {
            found = found.filter(links::state.eq_any(states));
        }
        if let Some(by) = filter.requested_by {
            found = found.filter(links::requested_by.eq(by));
        }
        if let Some(user) = filter.user {
            found = found.filter(links::user_id.eq(user));
        }
        found.load(c)
    })
}

/// Every link and every attempt at one, oldest first, behind `after`.
pub(crate) fn list(conn: &mut Conn, after: LinkId, limit: i64) -> QueryResult<Vec<Link>> {
    on!(conn, |c| links::table
        .filter(links::id.gt(after))
        .order(links::id)
        .limit(limit)
        .select(LINK)
        .load(c))
}

/// Forgets attempts that ended before `before`; answers whether there may be more.
pub(crate) fn forget_released(conn: &mut Conn, before: SqlNow) -> QueryResult<bool> {
    on!(conn, |c| {
        let old: Vec<LinkId> = links::table
            .filter(links::state.eq(State::Released))
            .filter(links::ended_at.lt(before.nullable()))
            .limit(BATCH)
            .select(links::id)
            .load(c)?;
        diesel::delete(links::table.filter(links::id.eq_any(&old))).execute(c)?;
        Ok(i64::try_from(old.len()).is_ok_and(|count| count >= BATCH))
    })
}
