//! Namespaces. A tree is changed by one transaction at a time: [`hold_tree`] comes first, before
//! any invitation's row, so that two never wait for each other.

use std::collections::HashMap;
use std::iter::successors;

use diesel::prelude::*;
use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, DieselError, QueryResult, SqlNow, any_of};
use latchkey_common::text::like_literal;
use latchkey_common::{columns, on};

use super::collaborators::lasts;
use crate::domain::invitation::{Invitation, InvitationId};
use crate::domain::kind::{Direction, Kind};
use crate::domain::namespace::{Lineage, Namespace, NamespaceId, NamespacePath, Visibility};
use crate::store::engine::invitations::INVITATION;
use crate::store::schema::{collaborators, invitations, namespaces};

columns! {
    NAMESPACE:
    namespaces::id,
    namespaces::owner_id,
    namespaces::root_id,
    namespaces::parent_id,
    namespaces::name,
    namespaces::path,
    namespaces::description,
    namespaces::visibility,
    namespaces::created_at,
}

/// A namespace to be made.
#[derive(Debug, Clone)]
pub(crate) struct NewNamespace {
    /// Whose.
    pub(crate) owner: UserId,
    /// Its path.
    pub(crate) path: NamespacePath,
    /// A text for people.
    pub(crate) description: String,
    /// Who sees it; below another one, that one's counts.
    pub(crate) visibility: Visibility,
}

/// Makes one, below `parent` if there is one. `None`: the path is taken.
pub(crate) fn insert(
    conn: &mut Conn,
    new: &NewNamespace,
    parent: Option<&Namespace>,
    now: SqlNow,
) -> QueryResult<Option<Namespace>> {
    let (_, name) = new.path.split();
    let row = (
        namespaces::owner_id.eq(new.owner),
        namespaces::root_id.eq(parent.map_or(NamespaceId(0), |parent| parent.root_id)),
        namespaces::parent_id.eq(parent.map(|parent| parent.id)),
        namespaces::name.eq(name),
        namespaces::path.eq(new.path.to_string()),
        namespaces::path_folded.eq(new.path.folded()),
        namespaces::description.eq(&new.description),
        namespaces::visibility.eq(parent.map_or(new.visibility, |parent| parent.visibility)),
        namespaces::created_at.eq(now),
    );
    let made: Option<Namespace> = on!(conn, |c| diesel::insert_into(namespaces::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(NAMESPACE)
        .get_result(c)
        .optional())?;
    let Some(mut made) = made else {
        return Ok(None);
    };
    if made.parent_id.is_none() {
        on!(conn, |c| diesel::update(namespaces::table.find(made.id))
            .set(namespaces::root_id.eq(made.id))
            .execute(c))?;
        made.root_id = made.id;
    }
    Ok(Some(made))
}

/// How many a person has.
pub(crate) fn count(conn: &mut Conn, owner: UserId) -> QueryResult<i64> {
    on!(conn, |c| namespaces::table
        .filter(namespaces::owner_id.eq(owner))
        .count()
        .get_result(c))
}

/// Makes everybody else who changes this tree wait until this transaction has ended. False when it
/// is gone. `SQLite` has one writer anyway.
pub(crate) fn hold_tree(conn: &mut Conn, root: NamespaceId) -> QueryResult<bool> {
    let row = namespaces::table.find(root).select(namespaces::id);
    let found: Option<NamespaceId> = match conn {
        Conn::Sqlite(c) => row.first(c).optional(),
        Conn::Postgres(c) => row.for_update().first(c).optional(),
    }?;
    Ok(found.is_some())
}

/// One as it is once nobody else can change its tree.
pub(crate) fn hold_one(conn: &mut Conn, id: NamespaceId) -> QueryResult<Option<Namespace>> {
    let Some(found) = by_ids(conn, &[id])?.pop() else {
        return Ok(None);
    };
    hold_tree(conn, found.root_id)?;
    Ok(by_ids(conn, &[id])?.pop())
}

/// Whether there is anything below it. A statement of its own after [`hold_tree`]: so it sees what those
/// did who held the tree before.
pub(crate) fn has_children(conn: &mut Conn, id: NamespaceId) -> QueryResult<bool> {
    let children = namespaces::table.filter(namespaces::parent_id.eq(id));
    on!(conn, |c| diesel::select(diesel::dsl::exists(children))
        .get_result(c))
}

/// One by its owner and path.
pub(crate) fn find(
    conn: &mut Conn,
    owner: UserId,
    path: &NamespacePath,
) -> QueryResult<Option<Namespace>> {
    on!(conn, |c| namespaces::table
        .filter(namespaces::owner_id.eq(owner))
        .filter(namespaces::path_folded.eq(path.folded()))
        .select(NAMESPACE)
        .first(c)
        .optional())
}

/// Those with these numbers, in no particular order.
pub(crate) fn by_ids(conn: &mut Conn, ids: &[NamespaceId]) -> QueryResult<Vec<Namespace>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    on!(conn, |c| namespaces::table
        .filter(any_of(namespaces::id, ids.iter().copied()))
        .select(NAMESPACE)
        .load(c))
}

/// Looks up what they lie in: one statement for each level that is not there yet.
pub(crate) fn lineages(conn: &mut Conn, rows: Vec<Namespace>) -> QueryResult<Vec<Lineage>> {
    let mut known: HashMap<NamespaceId, Namespace> =
        rows.iter().map(|row| (row.id, row.clone())).collect();
    loop {
        let parents = known.values().filter_map(|row| row.parent_id);
        let missing: Vec<_> = parents.filter(|id| !known.contains_key(id)).collect();
        let more = by_ids(conn, &missing)?;
        if more.is_empty() {
            break;
        }
        known.extend(more.into_iter().map(|row| (row.id, row)));
    }
    let parent = |row: &Namespace| row.parent_id.and_then(|id| known.get(&id)).cloned();
    let above = |row: &Namespace| successors(parent(row), parent).collect();
    let lineage = |row: Namespace| Lineage {
        above: above(&row),
        namespace: row,
    };
    Ok(rows.into_iter().map(lineage).collect())
}

/// Looks up what one lies in.
pub(crate) fn lineage(conn: &mut Conn, row: Namespace) -> QueryResult<Lineage> {
    let one = lineages(conn, vec![row])?.pop();
    one.ok_or(DieselError::NotFound)
}

/// The invitation of this number, if it is `recipient` whom it invites, and the namespace that it leads
/// into.
pub(crate) fn invited(
    conn: &mut Conn,
    id: InvitationId,
    recipient: UserId,
) -> QueryResult<Option<(Invitation, Namespace)>> {
    on!(conn, |c| invitations::table
        .inner_join(namespaces::table.on(invitations::target_id.eq(namespaces::id.nullable())))
        .filter(invitations::id.eq(id))
        .filter(invitations::kind.eq(Kind::Namespace))
        .filter(invitations::direction.eq(Direction::Offer))
        .filter(invitations::recipient_id.eq(recipient))
        .select((INVITATION, NAMESPACE))
        .first(c)
        .optional())
}

/// Those that somebody owns or collaborates in, whose path has `search` in it, by number.
pub(crate) fn list_of(
    conn: &mut Conn,
    user: UserId,
    search: &str,
    after: i64,
    limit: i64,
    now: SqlNow,
) -> QueryResult<Vec<Namespace>> {
    let pattern = format!("%{}%", like_literal(&search.to_ascii_lowercase()));
    on!(conn, |conn| namespaces::table
        .filter(
            namespaces::owner_id.eq(user).or(namespaces::root_id.eq_any(
                collaborators::table
                    .filter(collaborators::user_id.eq(user))
                    .filter(lasts(now))
                    .select(collaborators::root_id)
            )),
        )
        .filter(namespaces::path_folded.like(pattern).escape('\\'))
        .filter(namespaces::id.gt(NamespaceId(after)))
        .order(namespaces::id)
        .limit(limit)
        .select(NAMESPACE)
        .load(conn))
}

/// The tops of somebody's own trees, at most `limit`.
pub(crate) fn trees_of(conn: &mut Conn, owner: UserId, limit: i64) -> QueryResult<Vec<Namespace>> {
    on!(conn, |c| namespaces::table
        .filter(namespaces::owner_id.eq(owner))
        .filter(namespaces::parent_id.is_null())
        .order(namespaces::id)
        .limit(limit)
        .select(NAMESPACE)
        .load(c))
}

/// Those that lie directly in one, by number.
pub(crate) fn children(
    conn: &mut Conn,
    parent: NamespaceId,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<Namespace>> {
    on!(conn, |c| namespaces::table
        .filter(namespaces::parent_id.eq(parent))
        .filter(namespaces::id.gt(NamespaceId(after)))
        .order(namespaces::id)
        .limit(limit)
        .select(NAMESPACE)
        .load(c))
}

/// Exchanges the text for people.
pub(crate) fn set_description(
    conn: &mut Conn,
    id: NamespaceId,
    description: &str,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(namespaces::table.find(id))
        .set(namespaces::description.eq(description))
        .execute(c))
    .map(drop)
}

/// Changes who sees a whole tree.
pub(crate) fn set_visibility(
    conn: &mut Conn,
    root: NamespaceId,
    visibility: Visibility,
) -> QueryResult<()> {
    on!(conn, |c| diesel::update(
        namespaces::table.filter(namespaces::root_id.eq(root))
    )
    .set(namespaces::visibility.eq(visibility))
    .execute(c))
    .map(drop)
}

/// The numbers of everything in a tree, for another query.
#[diesel::dsl::auto_type(no_type_alias)]
pub(in crate::store) fn in_tree(root: NamespaceId) -> _ {
    let nullable: diesel::dsl::Nullable<namespaces::id> = namespaces::id.nullable();
    namespaces::table
        .filter(namespaces::root_id.eq(root))
        .select(nullable)
}

/// Deletes one with everything below it, and answers all their numbers.
pub(crate) fn delete(conn: &mut Conn, top: &Namespace) -> QueryResult<Vec<NamespaceId>> {
    let below = format!("{}/%", like_literal(&top.path.to_ascii_lowercase()));
    if top.parent_id.is_none() {
        on!(conn, |conn| diesel::delete(
            collaborators::table.filter(collaborators::root_id.eq(top.id))
        )
        .execute(conn))?;
    }
    on!(conn, |c| diesel::delete(
        namespaces::table
            .filter(namespaces::root_id.eq(top.root_id))
            .filter(
                namespaces::id
                    .eq(top.id)
                    .or(namespaces::path_folded.like(below).escape('\\'))
            )
    )
    .returning(namespaces::id)
    .get_results(c))
}

/// [`find`], with its tree held: what is found stays until the transaction ends.
pub(crate) fn find_held(
    conn: &mut Conn,
    owner: UserId,
    path: &NamespacePath,
) -> QueryResult<Option<Namespace>> {
    let Some(found) = find(conn, owner, path)? else {
        return Ok(None);
    };
    hold_tree(conn, found.root_id)?;
    // Whoever held it before may have deleted it.
    find(conn, owner, path)
}
