//! Until when people are in trees of namespaces. Whoever's time has passed is in no more to any of these.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::collaborators::lasts;
use crate::domain::grant::Grant;
use crate::domain::membership::{Member, MemberKey};
use crate::domain::namespace::NamespaceId;
use crate::store::engine::made::{Part, in_part};
use crate::store::schema::{collaborators, namespaces};

/// A row.
type Row = (NamespaceId, UserId, Millis, Option<Millis>);

fn member((root, user, joined_at, ends_at): Row) -> Member {
    Member {
        key: MemberKey::Tree(root, user),
        grant: Grant::Namespace(root),
        user,
        joined_at,
        ends_at,
    }
}

/// The columns of a [`Row`], in its order.
macro_rules! row {
    () => {
        (
            collaborators::root_id,
            collaborators::user_id,
            collaborators::created_at,
            collaborators::ends_at,
        )
    };
}

/// One, and whose the tree is.
pub(crate) fn find(
    conn: &mut Conn,
    root: NamespaceId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Option<(Member, UserId)>> {
    let found: Option<(Row, UserId)> = on!(conn, |c| collaborators::table
        .inner_join(namespaces::table.on(namespaces::id.eq(collaborators::root_id)))
        .filter(collaborators::root_id.eq(root))
        .filter(collaborators::user_id.eq(user))
        .filter(lasts(now))
        .select((row!(), namespaces::owner_id))
        .first(c)
        .optional())?;
    Ok(found.map(|(row, owner)| (member(row), owner)))
}

/// Part of those of a tree, by the numbers of their accounts.
pub(crate) fn list(
    conn: &mut Conn,
    root: NamespaceId,
    part: Part,
    now: SqlNow,
) -> QueryResult<Vec<Member>> {
    let found: Vec<Row> = on!(conn, |c| {
        let all = collaborators::table
            .filter(collaborators::root_id.eq(root))
            .filter(lasts(now))
            .select(row!())
            .into_boxed();
        in_part!(all, collaborators::user_id, UserId, part).load(c)
    })?;
    Ok(found.into_iter().map(member).collect())
}

/// Says when one ends; `None`: not by itself.
pub(crate) fn set_end(
    conn: &mut Conn,
    root: NamespaceId,
    user: UserId,
    ends_at: Option<Millis>,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        collaborators::table.find((root, user))
    )
    .set(collaborators::ends_at.eq(ends_at))
    .execute(c))
    .map(drop)
}

/// Those of somebody that end before `before`, at most `limit`, with the paths of the trees, the next one first.
pub(crate) fn ending(
    conn: &mut Conn,
    user: UserId,
    before: SqlNow,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(Member, String)>> {
    let found: Vec<(Row, String)> = on!(conn, |c| collaborators::table
        .inner_join(namespaces::table.on(namespaces::id.eq(collaborators::root_id)))
        .filter(collaborators::user_id.eq(user))
        .filter(collaborators::ends_at.gt(now.nullable()))
        .filter(collaborators::ends_at.le(before.nullable()))
        .order(collaborators::ends_at)
        .limit(limit)
        .select((row!(), namespaces::path))
        .load(c))?;
    let found = found.into_iter();
    Ok(found.map(|(row, path)| (member(row), path)).collect())
}
