//! Who is in a group. Whoever changes it holds the group first ([`super::groups::hold`]). Whoever's time has passed is in
//! no more to any of these, whether they have been taken out or not.

use std::collections::HashSet;
use std::time::Duration;

use diesel::dsl::exists;
use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::{columns, on};

use super::groups::GROUP;
use crate::domain::group::{Group, GroupId, Membership, MembershipId, Role};
use crate::store::schema::{group_members as members, groups};

columns! {
    MEMBERSHIP:
    members::id,
    members::uuid,
    members::group_id,
    members::user_id,
    members::role,
    members::is_creator,
    members::created_at,
}

/// Their time has not passed.
#[diesel::dsl::auto_type]
pub(in crate::store) fn lasts(now: SqlNow) -> _ {
    members::ends_at
        .is_null()
        .or(members::ends_at.gt(now.nullable()))
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
    // Whoever was in for a time makes room for themselves.
    on!(conn, |c| diesel::delete(
        members::table
            .filter(members::group_id.eq(group))
            .filter(members::user_id.eq(user))
            .filter(members::ends_at.le(now.nullable()))
    )
    .execute(c))?;
    let row = (
        members::uuid.eq(uuid::Uuid::new_v4().to_string()),
        members::group_id.eq(group),
        members::user_id.eq(user),
        members::role.eq(role),
        members::is_creator.eq(is_creator),
        members::created_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(members::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(MEMBERSHIP)
        .get_result(c)
        .optional())
}

/// After `span` milliseconds from now this membership is over.
pub(crate) fn end_after(
    conn: &mut Conn,
    id: MembershipId,
    span: i64,
    now: SqlNow,
) -> QueryResult<()> {
    let span = Duration::from_millis(u64::try_from(span).unwrap_or(0));
    on!(conn, |c| diesel::update(members::table.find(id))
        .set(members::ends_at.eq(now.plus(span).nullable()))
        .execute(c))
    .map(drop)
}

/// Those whose time has passed, the first `limit` of them, with their groups.
pub(crate) fn over(conn: &mut Conn, limit: i64, now: SqlNow) -> QueryResult<Vec<Membership>> {
    on!(conn, |c| members::table
        .filter(members::ends_at.le(now.nullable()))
        .order(members::ends_at)
        .limit(limit)
        .select(MEMBERSHIP)
        .load(c))
}

/// Whether the time of this one has passed, and nobody has taken them out.
pub(crate) fn is_over(conn: &mut Conn, id: MembershipId, now: SqlNow) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(exists(
        members::table
            .find(id)
            .filter(members::ends_at.le(now.nullable()))
    ))
    .get_result(c))
}

/// What somebody may do in a group; `None`: they are not in.
pub(crate) fn role_of(
    conn: &mut Conn,
    group: GroupId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Option<Role>> {
    on!(conn, |c| members::table
        .filter(lasts(now))
        .filter(members::group_id.eq(group))
        .filter(members::user_id.eq(user))
        .select(members::role)
        .first(c)
        .optional())
}

/// Somebody's membership of a group; `None`: they are not in.
pub(crate) fn of_user(
    conn: &mut Conn,
    group: GroupId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Option<Membership>> {
    on!(conn, |c| members::table
        .filter(lasts(now))
        .filter(members::group_id.eq(group))
        .filter(members::user_id.eq(user))
        .select(MEMBERSHIP)
        .first(c)
        .optional())
}

/// True for an admin of the group.
pub(crate) fn is_admin(
    conn: &mut Conn,
    group: GroupId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<bool> {
    Ok(role_of(conn, group, user, now)? == Some(Role::Admin))
}

/// The groups that somebody administers.
pub(crate) fn administered_by(
    conn: &mut Conn,
    user: UserId,
    now: SqlNow,
) -> QueryResult<Vec<GroupId>> {
    on!(conn, |c| members::table
        .filter(lasts(now))
        .filter(members::user_id.eq(user))
        .filter(members::role.eq(Role::Admin))
        .select(members::group_id)
        .load(c))
}

/// Those of the groups that somebody is in.
pub(crate) fn joined_by(
    conn: &mut Conn,
    user: UserId,
    among: &[GroupId],
    now: SqlNow,
) -> QueryResult<HashSet<GroupId>> {
    let ids: Vec<GroupId> = on!(conn, |c| members::table
        .filter(lasts(now))
        .filter(members::user_id.eq(user))
        .filter(members::group_id.eq_any(among))
        .select(members::group_id)
        .load(c))?;
    Ok(ids.into_iter().collect())
}

/// True when the group has an admin beside this member, who stays.
pub(crate) fn has_other_admin(
    conn: &mut Conn,
    group: GroupId,
    beside: MembershipId,
) -> QueryResult<bool> {
    on!(conn, |c| diesel::select(exists(
        members::table
            .filter(members::group_id.eq(group))
            .filter(members::role.eq(Role::Admin))
            .filter(members::ends_at.is_null())
            .filter(members::id.ne(beside))
    ))
    .get_result(c))
}

/// Every membership of somebody, also those whose time has passed.
pub(crate) fn all_of(conn: &mut Conn, user: UserId) -> QueryResult<Vec<Membership>> {
    on!(conn, |c| members::table
        .filter(members::user_id.eq(user))
        .order(members::id)
        .select(MEMBERSHIP)
        .load(c))
}

/// Who may be the next admin of a group beside this member, at most `limit`: whoever has been in longest comes first, and those
/// who are in for a time come last.
pub(crate) fn heirs(
    conn: &mut Conn,
    group: GroupId,
    beside: MembershipId,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(MembershipId, UserId)>> {
    on!(conn, |c| members::table
        .filter(members::group_id.eq(group))
        .filter(members::id.ne(beside))
        .filter(lasts(now))
        .order((members::ends_at.is_null().desc(), members::id))
        .limit(limit)
        .select((members::id, members::user_id))
        .load(c))
}

/// Makes a member an admin who stays.
pub(crate) fn set_heir(conn: &mut Conn, id: MembershipId) -> QueryResult<()> {
    let set = (
        members::role.eq(Role::Admin),
        members::ends_at.eq(None::<Millis>),
    );
    on!(conn, |c| diesel::update(members::table.find(id))
        .set(set)
        .execute(c))
    .map(drop)
}

/// A membership with its group, by what the contract shows.
pub(crate) fn find(
    conn: &mut Conn,
    uuid: &str,
    now: SqlNow,
) -> QueryResult<Option<(Membership, Group)>> {
    on!(conn, |c| members::table
        .inner_join(groups::table)
        .filter(groups::deleted_at.is_null())
        .filter(members::uuid.eq(uuid))
        .filter(lasts(now))
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
    /// Every group that this user administers.
    Admin(UserId),
}

/// Memberships in the order they began, at most `limit` of them after `after`.
pub(crate) fn list(
    conn: &mut Conn,
    of: MembersOf,
    after: i64,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<(Membership, Group)>> {
    on!(conn, |c| {
        let all = members::table
            .inner_join(groups::table)
            .filter(groups::deleted_at.is_null())
            .filter(lasts(now))
            .filter(members::id.gt(MembershipId(after)))
            .order(members::id)
            .limit(limit)
            .select((MEMBERSHIP, GROUP))
            .into_boxed();
        match of {
            MembersOf::Group(id) => all.filter(members::group_id.eq(id)),
            MembersOf::User(id) => all.filter(members::user_id.eq(id)),
            MembersOf::Admin(id) => all
                .filter(members::user_id.eq(id))
                .filter(members::role.eq(Role::Admin)),
        }
        .load(c)
    })
}

/// Changes what a member may do.
pub(crate) fn set_role(conn: &mut Conn, id: MembershipId, role: Role) -> QueryResult<()> {
    on!(conn, |c| diesel::update(members::table.find(id))
        .set(members::role.eq(role))
        .execute(c))
    .map(drop)
}

/// Ends a membership.
pub(crate) fn delete(conn: &mut Conn, id: MembershipId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(members::table.find(id)).execute(c)).map(drop)
}

/// Ends every membership of a group.
pub(crate) fn delete_all(conn: &mut Conn, group: GroupId) -> QueryResult<()> {
    on!(conn, |c| diesel::delete(
        members::table.filter(members::group_id.eq(group))
    )
    .execute(c))
    .map(drop)
}
