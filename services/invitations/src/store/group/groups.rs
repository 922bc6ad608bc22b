//! Groups. A deleted one is invisible to everything here.

use diesel::prelude::*;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, QueryResult, SqlNow, unless_duplicate};
use latchkey_common::text::first_of;
use latchkey_common::{columns, on};

use crate::domain::group::{About, Group, GroupId, GroupName, GroupType, WhichGroup};
use crate::store::schema::groups;

columns! {
    /// The columns of a [`Group`], in its order.
    pub(super) GROUP:
    groups::id,
    groups::uuid,
    groups::name,
    groups::description,
    groups::sports,
    groups::accepting_new_members,
    groups::verification_request,
    groups::group_type,
    groups::created_at,
    groups::updated_at,
}

/// Makes a group without members. `None`: the name is taken.
pub(crate) fn insert(
    conn: &mut Conn,
    name: &GroupName,
    about: &About,
    now: SqlNow,
) -> QueryResult<Option<Group>> {
    let row = (
        groups::uuid.eq(uuid::Uuid::new_v4().to_string()),
        groups::name.eq(name.as_str()),
        groups::name_folded.eq(name.folded()),
        groups::description.eq(about.description.as_deref()),
        groups::sports.eq(json(about.sports.as_deref().unwrap_or_default())),
        groups::accepting_new_members.eq(about.accepting_new_members.unwrap_or(true)),
        groups::verification_request.eq(about.verification_request.unwrap_or_default()),
        groups::group_type.eq(about.group_type.unwrap_or(GroupType::Amateur)),
        groups::created_at.eq(now),
        groups::updated_at.eq(now),
    );
    on!(conn, |c| diesel::insert_into(groups::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(GROUP)
        .get_result(c)
        .optional())
}

fn json(words: &[String]) -> String {
    serde_json::Value::from(words.to_vec()).to_string()
}

/// Looks one up.
pub(crate) fn find(conn: &mut Conn, which: &WhichGroup) -> QueryResult<Option<Group>> {
    on!(conn, |c| {
        let all = || {
            groups::table
                .filter(groups::deleted_at.is_null())
                .select(GROUP)
        };
        match which {
            WhichGroup::Id(id) => all().filter(groups::id.eq(*id)).first(c).optional(),
            WhichGroup::Uuid(uuid) => all().filter(groups::uuid.eq(uuid)).first(c).optional(),
            WhichGroup::Name(keys) => first_of(keys, |key| {
                all()
                    .filter(groups::name_folded.eq(key))
                    .first(c)
                    .optional()
            }),
        }
    })
}

/// What those with these numbers are called.
pub(crate) fn names(conn: &mut Conn, ids: &[GroupId]) -> QueryResult<Vec<(GroupId, String)>> {
    on!(conn, |c| groups::table
        .filter(groups::deleted_at.is_null())
        .filter(groups::id.eq_any(ids))
        .select((groups::id, groups::name))
        .load(c))
}

/// Looks one up and lets nobody else change who is in it or who may come in until this transaction
/// has ended. `SQLite` has one writer anyway.
pub(crate) fn hold(conn: &mut Conn, which: &WhichGroup) -> QueryResult<Option<Group>> {
    let Some(found) = find(conn, which)? else {
        return Ok(None);
    };
    match conn {
        Conn::Sqlite(_) => Ok(Some(found)),
        // It may have been deleted while this statement waited.
        Conn::Postgres(c) => groups::table
            .filter(groups::id.eq(found.id))
            .filter(groups::deleted_at.is_null())
            .select(GROUP)
            .for_update()
            .first(c)
            .optional(),
    }
}

/// Groups in the order they were made, at most `limit` of them after `after`: all, or those that people
/// may ask to come into.
pub(crate) fn list(
    conn: &mut Conn,
    only_open: bool,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Group>> {
    on!(conn, |c| {
        let all = groups::table
            .filter(groups::deleted_at.is_null())
            .filter(groups::id.gt(GroupId(after)))
            .order(groups::id)
            .limit(limit)
            .select(GROUP)
            .into_boxed();
        if only_open {
            all.filter(groups::accepting_new_members)
        } else {
            all
        }
        .load(c)
    })
}

#[derive(AsChangeset)]
#[diesel(table_name = groups)]
struct Edit<'a> {
    name: Option<&'a str>,
    name_folded: Option<String>,
    description: Option<&'a str>,
    sports: Option<String>,
    accepting_new_members: Option<bool>,
    verification_request: Option<bool>,
    group_type: Option<GroupType>,
    updated_at: Millis,
}

/// Edits what is given and leaves the rest. `None`: the name is taken.
pub(crate) fn edit(
    conn: &mut Conn,
    id: GroupId,
    name: Option<&GroupName>,
    about: &About,
    now: SqlNow,
) -> QueryResult<Option<Group>> {
    let edit = Edit {
        name: name.map(GroupName::as_str),
        name_folded: name.map(GroupName::folded),
        description: about.description.as_deref(),
        sports: about.sports.as_deref().map(json),
        accepting_new_members: about.accepting_new_members,
        verification_request: about.verification_request,
        group_type: about.group_type,
        updated_at: now.process(),
    };
    unless_duplicate(conn, |conn| {
        on!(conn, |c| diesel::update(groups::table.find(id))
            .set(&edit)
            .returning(GROUP)
            .get_result(c))
    })
}

/// Deletes one; its name is free again.
pub(crate) fn delete(conn: &mut Conn, id: GroupId, now: SqlNow) -> QueryResult<()> {
    on!(conn, |c| diesel::update(groups::table.find(id))
        .set(groups::deleted_at.eq(now.nullable()))
        .execute(c))
    .map(drop)
}
