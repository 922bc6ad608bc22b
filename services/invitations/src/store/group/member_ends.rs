//! Until when people are in groups. Whoever's time has passed is in no more to any of these.

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::on;

use super::group_members::lasts;
use crate::domain::grant::Grant;
use crate::domain::group::{GroupId, MembershipId, Role};
use crate::domain::membership::{Member, MemberKey};
use crate::store::engine::made::{Part, in_part};
use crate::store::schema::{group_members as members, groups};

/// A row.
type Row = (MembershipId, GroupId, UserId, Role, Millis, Option<Millis>);

fn member((id, group, user, role, joined_at, ends_at): Row) -> Member {
    Member {
        key: MemberKey::Group(id),
        grant: Grant::Group(group, role),
        user,
        joined_at,
        ends_at,
    }
}

/// The columns of a [`Row`], in its order.
macro_rules! row {
    () => {
        (
            members::id,
            members::group_id,
            members::user_id,
            members::role,
            members::created_at,
            members::ends_at,
        )
    };
}

/// One.
pub(crate) fn find(
    conn: &mut Conn,
    id: MembershipId,
    now: SqlNow,
) -> QueryResult<Option<(Member, GroupId)>> {
    let found: Option<Row> = on!(conn, |c| members::table
        .inner_join(groups::table)
        .filter(groups::deleted_at.is_null())
        .filter(members::id.eq(id))
        .filter(lasts(now))
        .select(row!())
        .first(c)
        .optional())?;
    Ok(found.map(|row| {
        let group = row.1;
        (member(row), group)
    }))
}

/// Part of those of a group.
pub(crate) fn list(
    conn: &mut Conn,
    group: GroupId,
    part: Part,
    now: SqlNow,
) -> QueryResult<Vec<Member>> {
    let found: Vec<Row> = on!(conn, |c| {
        let all = members::table
            .filter(members::group_id.eq(group))
            .filter(lasts(now))
            .select(row!())
            .into_boxed();
        in_part!(all, members::id, MembershipId, part).load(c)
    })?;
    Ok(found.into_iter().map(member).collect())
}

/// Says when one ends; `None`: not by itself.
pub(crate) fn set_end(
    conn: &mut Conn,
    id: MembershipId,
    ends_at: Option<Millis>,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(members::table.find(id))
        .set(members::ends_at.eq(ends_at))
        .execute(c))
    .map(drop)
}

/// Those of somebody that end before `before`, at most `limit`, with the names of the groups, the next one first.
pub(crate) fn ending(
    conn: &mut Conn,
    user: UserId,
    before: SqlNow,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(Member, String)>> {
    let found: Vec<(Row, String)> = on!(conn, |c| members::table
        .inner_join(groups::table)
        .filter(groups::deleted_at.is_null())
        .filter(members::user_id.eq(user))
        .filter(members::ends_at.gt(now.nullable()))
        .filter(members::ends_at.le(before.nullable()))
        .order(members::ends_at)
        .limit(limit)
        .select((row!(), groups::name))
        .load(c))?;
    let found = found.into_iter();
    Ok(found.map(|(row, name)| (member(row), name)).collect())
}
