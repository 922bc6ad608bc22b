//! Who was let into which tree of namespaces. Whoever's time has passed is in no more to any of these, whether they
//! have been taken out or not.

use std::time::Duration;

use diesel::dsl::exists;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use crate::domain::namespace::{Collaborator, NamespaceId};
use crate::store::schema::collaborators;

/// Their time has not passed.
#[diesel::dsl::auto_type]
pub(in crate::store) fn lasts(now: SqlNow) -> _ {
    collaborators::ends_at
        .is_null()
        .or(collaborators::ends_at.gt(now.nullable()))
}

/// Lets somebody in. False when they are in already.
pub(crate) fn add(
    conn: &mut Conn,
    root: NamespaceId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<bool> {
    // Whoever was in for a time makes room for themselves.
    on!(conn, |conn| diesel::delete(
        collaborators::table
            .find((root, user))
            .filter(collaborators::ends_at.le(now.nullable()))
    )
    .execute(conn))?;
    let row = (
        collaborators::root_id.eq(root),
        collaborators::user_id.eq(user),
        collaborators::created_at.eq(now),
    );
    on!(conn, |conn| diesel::insert_into(collaborators::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))
    .map(|rows| rows == 1)
}

/// After `span` milliseconds from now they are in no more.
pub(crate) fn end_after(
    conn: &mut Conn,
    root: NamespaceId,
    user: UserId,
    span: i64,
    now: SqlNow,
) -> QueryResult<()> {
    let span = Duration::from_millis(u64::try_from(span).unwrap_or(0));
    on!(conn, |c| diesel::update(
        collaborators::table.find((root, user))
    )
    .set(collaborators::ends_at.eq(now.plus(span).nullable()))
    .execute(c))
    .map(drop)
}

/// Takes out everybody whose time has passed.
pub(crate) fn remove_over(conn: &mut Conn, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        collaborators::table.filter(collaborators::ends_at.le(now.nullable()))
    )
    .execute(c))
    .map(drop)
}

/// True when somebody is in.
pub(crate) fn is_in(
    conn: &mut Conn,
    root: NamespaceId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<bool> {
    on!(conn, |conn| diesel::select(exists(
        collaborators::table.find((root, user)).filter(lasts(now))
    ))
    .get_result(conn))
}

/// Everybody in, by number.
pub(crate) fn list(
    conn: &mut Conn,
    root: NamespaceId,
    after: i64,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<Collaborator>> {
    on!(conn, |conn| collaborators::table
        .filter(collaborators::root_id.eq(root))
        .filter(lasts(now))
        .filter(collaborators::user_id.gt(UserId(after)))
        .order(collaborators::user_id)
        .limit(limit)
        .select((collaborators::user_id, collaborators::created_at))
        .load(conn))
}

/// Shuts somebody out. False when they were not in.
pub(crate) fn remove(conn: &mut Conn, root: NamespaceId, user: UserId) -> QueryResult<bool> {
    on!(conn, |conn| diesel::delete(
        collaborators::table.find((root, user))
    )
    .execute(conn))
    .map(|rows| rows == 1)
}

/// Shuts somebody out of every tree.
pub(crate) fn remove_everywhere(conn: &mut Conn, user: UserId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        collaborators::table.filter(collaborators::user_id.eq(user))
    )
    .execute(c))
    .map(drop)
}
