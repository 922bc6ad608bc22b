//! Members of groups and of trees of namespaces, whose rows lie in this database. Of a group everybody with an account may
//! know who is in, and its admins take people out; of a tree, whoever owns it, and each of those who are in of themselves.

use latchkey_common::auth::UserId;
use latchkey_common::clock::Millis;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_peers::channels::members::MemberError;

use crate::app::App;
use crate::app::group::change_membership::end_offers;
use crate::domain::grant::Grant;
use crate::domain::group::{GroupId, MembershipId, Role, WhichGroup};
use crate::domain::membership::{Member, MemberKey};
use crate::domain::namespace::NamespaceId;
use crate::store::engine::made::Part;
use crate::store::group::{group_members, groups, join_requests, member_ends};
use crate::store::namespace::{collaborator_ends, collaborators, namespaces};

/// Part of those of a group.
pub(super) async fn list_group(
    app: &App,
    group: GroupId,
    part: Part,
) -> Result<Vec<Member>, MemberError> {
    let now = app.db.now();
    app.db
        .read(move |conn| {
            groups::find(conn, &WhichGroup::Id(group))?.ok_or(MemberError::NotFound)?;
            Ok(member_ends::list(conn, group, part, now)?)
        })
        .await
}

/// Part of those of the tree that this namespace lies in.
pub(super) async fn list_tree(
    app: &App,
    reader: UserId,
    id: NamespaceId,
    part: Part,
) -> Result<Vec<Member>, MemberError> {
    let now = app.db.now();
    app.db
        .read(move |conn| {
            let found = namespaces::by_ids(conn, &[id])?.pop();
            let found = found.filter(|one| one.owner_id == reader);
            let root = found.ok_or(MemberError::NotFound)?.root_id;
            Ok(collaborator_ends::list(conn, root, part, now)?)
        })
        .await
}

/// One.
pub(super) async fn show(app: &App, reader: UserId, key: MemberKey) -> Result<Member, MemberError> {
    let now = app.db.now();
    app.db.read(move |conn| find(conn, reader, key, now)).await
}

fn find(
    conn: &mut Conn,
    reader: UserId,
    key: MemberKey,
    now: SqlNow,
) -> Result<Member, MemberError> {
    let found = match key {
        MemberKey::Group(id) => member_ends::find(conn, id, now)?.map(|(member, _)| member),
        MemberKey::Tree(root, user) => {
            let found = collaborator_ends::find(conn, root, user, now)?;
            let seen = found.filter(|(_, owner)| [user, *owner].contains(&reader));
            seen.map(|(member, _)| member)
        }
        MemberKey::Channel(_) => None,
    };
    found.ok_or(MemberError::NotFound)
}

/// Says when one ends, on the right of `by`, where its end is the one that they have `seen`.
pub(super) async fn set_end(
    app: &App,
    by: UserId,
    key: MemberKey,
    seen: Option<Millis>,
    ends_at: Option<Millis>,
) -> Result<Member, MemberError> {
    let now = app.db.now();
    app.db
        .write(move |conn| {
            let found = hold(conn, by, key, now)?;
            if found.ends_at == ends_at {
                return Ok(found);
            }
            if found.ends_at != seen {
                return Err(MemberError::Changed);
            }
            match key {
                MemberKey::Group(id) => {
                    if ends_at.is_some() {
                        one_stays(conn, id, &found)?;
                    }
                    member_ends::set_end(conn, id, ends_at)?;
                }
                MemberKey::Tree(root, user) => {
                    collaborator_ends::set_end(conn, root, user, ends_at)?;
                }
                MemberKey::Channel(_) => return Err(MemberError::NotFound),
            }
            Ok(Member { ends_at, ..found })
        })
        .await
}

/// Takes somebody out, on the right of `by`.
pub(super) async fn remove(app: &App, by: UserId, key: MemberKey) -> Result<(), MemberError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let found = hold(conn, by, key, now)?;
            match key {
                MemberKey::Group(id) => {
                    one_stays(conn, id, &found)?;
                    if let Grant::Group(group, role) = found.grant {
                        if role == Role::Admin {
                            end_offers(conn, group, found.user, now)?;
                        }
                        join_requests::hide_decided(conn, group, found.user, now)?;
                    }
                    group_members::delete(conn, id)?;
                }
                MemberKey::Tree(root, user) => {
                    collaborators::remove(conn, root, user)?;
                }
                MemberKey::Channel(_) => return Err(MemberError::NotFound),
            }
            Ok(())
        })
        .await
}

/// The membership with its group or tree held, if `by` may change it.
fn hold(conn: &mut Conn, by: UserId, key: MemberKey, now: SqlNow) -> Result<Member, MemberError> {
    let may = match (key, find(conn, by, key, now)?.grant) {
        (MemberKey::Group(_), Grant::Group(group, _)) => {
            groups::hold(conn, &WhichGroup::Id(group))?.ok_or(MemberError::NotFound)?;
            group_members::is_admin(conn, group, by, now)?
        }
        (MemberKey::Tree(root, _), _) => {
            let found = namespaces::hold_one(conn, root)?.ok_or(MemberError::NotFound)?;
            found.owner_id == by
        }
        (MemberKey::Channel(_) | MemberKey::Group(_), _) => false,
    };
    // As it is now that nobody else can change it.
    let found = find(conn, by, key, now)?;
    if found.user == by {
        return Err(MemberError::Own);
    }
    if !may {
        return Err(MemberError::NotAllowed);
    }
    Ok(found)
}

/// A group always has an admin for good.
fn one_stays(conn: &mut Conn, id: MembershipId, member: &Member) -> Result<(), MemberError> {
    let Grant::Group(group, Role::Admin) = member.grant else {
        return Ok(());
    };
    if group_members::has_other_admin(conn, group, id)? {
        Ok(())
    } else {
        Err(MemberError::Owner)
    }
}
