//! A deleted person leaves every group. A group always has an admin, so where nobody else is one, whoever has been in
//! longest becomes one; where nobody else is in, the group is deleted.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;

use crate::app::App;
use crate::app::group::change_membership::end_offers;
use crate::app::group::edit::delete_held;
use crate::domain::group::{Membership, Role, WhichGroup};
use crate::store::group::{group_members, groups, join_requests};

pub(super) async fn leave_groups(app: &App, user: UserId) -> Result<(), Fault> {
    let all = app
        .db
        .look(move |conn| group_members::all_of(conn, user))
        .await?;
    for member in all {
        let now = app.db.now();
        app.db
            .for_ending()
            .write(move |conn| leave(conn, &member, now))
            .await?;
    }
    Ok(())
}

fn leave(conn: &mut Conn, member: &Membership, now: SqlNow) -> Result<(), Fault> {
    let group = member.group_id;
    if groups::hold(conn, &WhichGroup::Id(group))?.is_some() {
        // As it is now that nobody else can change the group.
        let role = group_members::role_of(conn, group, member.user_id, now)?;
        if role == Some(Role::Admin) {
            if !group_members::has_other_admin(conn, group, member.id)? {
                let Some(heir) = group_members::heir(conn, group, member.id, now)? else {
                    return Ok(delete_held(conn, group, now)?);
                };
                group_members::set_heir(conn, heir)?;
            }
            end_offers(conn, group, member.user_id, now)?;
        }
        join_requests::hide_decided(conn, group, member.user_id, now)?;
    }
    Ok(group_members::delete(conn, member.id)?)
}
