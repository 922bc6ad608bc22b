//! Who was let into which tree of namespaces.

use diesel::dsl::exists;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use crate::domain::namespace::{Collaborator, NamespaceId};
use crate::store::schema::collaborators;

/// Lets somebody in. False when they are in already.
pub(crate) fn add(
    conn: &mut Conn,
    root: NamespaceId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<bool> {
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

/// True when somebody is in.
pub(crate) fn is_in(conn: &mut Conn, root: NamespaceId, user: UserId) -> QueryResult<bool> {
    on!(conn, |conn| diesel::select(exists(
        collaborators::table.find((root, user))
    ))
    .get_result(conn))
}

/// Everybody in, by number.
pub(crate) fn list(
    conn: &mut Conn,
    root: NamespaceId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Collaborator>> {
    on!(conn, |conn| collaborators::table
        .filter(collaborators::root_id.eq(root))
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
