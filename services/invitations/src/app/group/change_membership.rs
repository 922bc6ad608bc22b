//! Changing what a member may do, and ending memberships. A group always has an admin.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, QueryResult, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::users::People;

use super::list::MembershipView;
use crate::app::App;
use crate::domain::group::{Group, GroupId, Membership, Role, WhichGroup};
use crate::domain::kind::Kind;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};
use crate::store::group::{group_members, groups, join_requests};

/// Why a membership stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MembershipError {
    /// There is no such membership.
    #[error("no such membership")]
    NotFound,
    /// The caller may not.
    #[error("no permission")]
    NotAllowed,
    /// The group would be without an admin.
    #[error("the last admin of the group")]
    LastAdmin,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MembershipError);

/// An admin changes what a member may do.
pub(crate) async fn change_role(
    app: &App,
    me: UserId,
    uuid: String,
    role: Option<Role>,
) -> Result<MembershipView, MembershipError> {
    let now = app.db.now();
    let (membership, group) = app
        .db
        .write(move |conn| {
            let (mut member, group) = hold(conn, &uuid, now)?;
            if !group_members::is_admin(conn, group.id, me, now)? {
                return Err(MembershipError::NotAllowed);
            }
            let Some(role) = role.filter(|role| *role != member.role) else {
                return Ok((member, group));
            };
            if role == Role::Member {
                lose_admin(conn, &member, now)?;
            }
            group_members::set_role(conn, member.id, role)?;
            member.role = role;
            Ok((member, group))
        })
        .await?;
    let accounts = People::find(&app.users, [membership.user_id]).await?;
    Ok(MembershipView {
        user: accounts.get(membership.user_id).cloned(),
        membership,
        group,
    })
}

/// A member leaves, or an admin removes one.
pub(crate) async fn end_membership(
    app: &App,
    me: UserId,
    uuid: String,
) -> Result<(), MembershipError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let (member, group) = hold(conn, &uuid, now)?;
            if member.user_id != me && !group_members::is_admin(conn, group.id, me, now)? {
                return Err(MembershipError::NotAllowed);
            }
            if member.role == Role::Admin {
                lose_admin(conn, &member, now)?;
            }
            join_requests::hide_decided(conn, group.id, member.user_id, now)?;
            Ok(group_members::delete(conn, member.id)?)
        })
        .await
}

/// The membership as it is once nobody else can change the group.
fn hold(conn: &mut Conn, uuid: &str, now: SqlNow) -> Result<(Membership, Group), MembershipError> {
    let (_, group) = group_members::find(conn, uuid, now)?.ok_or(MembershipError::NotFound)?;
    groups::hold(conn, &WhichGroup::Id(group.id))?.ok_or(MembershipError::NotFound)?;
    group_members::find(conn, uuid, now)?.ok_or(MembershipError::NotFound)
}

/// Somebody is an admin no more: what they offered ends with their right to offer it.
fn lose_admin(conn: &mut Conn, member: &Membership, now: SqlNow) -> Result<(), MembershipError> {
    if !group_members::has_other_admin(conn, member.group_id, member.id)? {
        return Err(MembershipError::LastAdmin);
    }
    end_offers(conn, member.group_id, member.user_id, now).map_err(MembershipError::from)
}

pub(in crate::app) fn end_offers(
    conn: &mut Conn,
    group: GroupId,
    user: UserId,
    now: SqlNow,
) -> QueryResult<()> {
    let theirs = Groundless::IssuedInto(Kind::Group, group.0, user);
    end_groundless(conn, &theirs, NOW, now).map(drop)
}
