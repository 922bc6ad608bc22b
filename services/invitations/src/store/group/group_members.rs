//! Who is in a group. Whoever changes it holds the group first ([`super::groups::hold`]).

use diesel::dsl::exists;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use super::groups::GROUP;
use crate::domain::group::{Group, GroupId, Membership, MembershipId, Role};
use crate::store::schema::{group_members as m, groups as g};

columns! {
    MEMBERSHIP:
    m::id,
    m::uuid,
    m::group_id,
    m::user_id,
    m::role,
    m::is_creator,
    m::created_at,
}

/// Lets somebody in. `None`: they are in already.
pub(crate) fn insert(
    conn: &mut Conn,
    group: GroupId,
    user: UserId,
    role: Role,
    is_creator: bool,
    now: SqlNow,
) -> QueryResult<Option<Membership>> {
    let row = (
        m::uuid.eq(uuid::Uuid::new_v4().to_string()),
        m::group_id.eq(group),
        m::user_id.eq(user),
        m::role.eq(role),
        m::is_creator.eq(is_creator),
        m::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(m::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(MEMBERSHIP)
        .get_result(c)
        .optional())
}

/// What somebody may do in a group; `None`: they are not in.
pub(crate) fn role_of(conn: &mut Conn, group: GroupId, user: UserId) -> QueryResult<Option<Role>> {
    on!(conn, |c| m::table
        .filter(m::group_id.eq(group))
        .filter(m::user_id.eq(user))
        .select(m::role)
        .first(c)
        .optional())
}

/// True for an admin of the group.
pub(crate) fn is_admin(conn: &mut Conn, group: GroupId, user: UserId) -> QueryResult<bool> {
    Ok(role_of(conn, group, user)? == Some(Role::Admin))
}

/// The groups that somebody administers.
pub(crate) fn administered_by(conn: &mut Conn, user: UserId) -> QueryResult<Vec<GroupId>> {
    on!(conn, |c| m::table
        .filter(m::user_id.eq(user))
        .filter(m::role.eq(Role::Admin))
        .select(m::group_id)
        .load(c))
}

/// True when the group has an admin beside this member.
pub(crate) fn has_other_admin(
    conn: &mut Conn,
    group: GroupId,
    beside: MembershipId,
) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(exists(
        m::table
            .filter(m::group_id.eq(group))
            .filter(m::role.eq(Role::Admin))
            .filter(m::id.ne(beside))
    ))
    .get_result(c))
}

/// A membership with its group, by what the contract shows.
pub(crate) fn find(conn: &mut Conn, uuid: &str) -> QueryResult<Option<(Membership, Group)>> {
    on!(conn, |c| m::table
        .inner_join(g::table)
        .filter(g::deleted_at.is_null())
        .filter(m::uuid.eq(uuid))
        .select((MEMBERSHIP, GROUP))
        .first(c)
        .optional())
}

/// Whose memberships are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MembersOf {
    /// Everybody in this group.
    Group(GroupId),
    /// Every group of this user.
    User(UserId),
}

/// Memberships in the order they began, at most `limit` of them after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    of: MembersOf,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<(Membership, Group)>> {
    on!(conn, |c| {
        let all = m::table
            .inner_join(g::table)
            .filter(g::deleted_at.is_null())
            .filter(m::id.gt(MembershipId(after)))
            .order(m::id)
            .limit(limit)
            .select((MEMBERSHIP, GROUP))
            .into_boxed();
        match of {
            MembersOf::Group(id) => all.filter(m::group_id.eq(id)),
            MembersOf::User(id) => all.filter(m::user_id.eq(id)),
        }
        .load(c)
    })
}

/// Changes what a member may do.
pub(crate) fn set_role(conn: &mut Conn, id: MembershipId, role: Role) -> QueryResult<()> {
    on!(conn, |c| diesel::update(m::table.find(id))
        .set(m::role.eq(role))
        .execute(c))
    .map(drop)
}

/// Ends a membership.
pub(crate) fn delete(conn: &mut Conn, id: MembershipId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(m::table.find(id)).execute(c)).map(drop)
}

/// Ends every membership of a group.
pub(crate) fn delete_all(conn: &mut Conn, group: GroupId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        m::table.filter(m::group_id.eq(group))
    )
    .execute(c))
    .map(drop)
}
