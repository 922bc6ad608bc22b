//! A deleted person leaves every group. A group always has an admin, so where nobody else is one, whoever has been in
//! longest becomes one, and whoever is locked only where all are; where nobody else is in, the group is deleted.

use latchkey_common::auth::UserId;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use crate::app::App;
use crate::app::group::change_membership::end_offers;
use crate::app::group::edit::delete_held;
use crate::domain::group::{Membership, Role, WhichGroup};
use crate::store::group::{group_members, groups, join_requests};

/// Members who are looked at for one who can look after a group: one question to `users`.
const HEIRS: i64 = 1_000;

pub(super) async fn leave_groups(app: &App, user: UserId) -> Result<(), Fault> {
    let all = app
        .db
        .look(move |conn| group_members::all_of(conn, user))
        .await?;
    for member in all {
        let (group, id, now) = (member.group_id, member.id, app.db.now());
        let heirs = app
            .db
            .look(move |conn| {
                let is_needed =
                    member.role == Role::Admin && !group_members::has_other_admin(conn, group, id)?;
                if is_needed {
                    group_members::heirs(conn, group, id, HEIRS, now)
                } else {
                    Ok(Vec::new())
                }
            })
            .await?;
        let people = People::find(&app.users, heirs.into_iter().map(|(_, heir)| heir)).await?;
        app.db
            .for_ending()
            .write(move |conn| leave(conn, &member, &people, now))
            .await?;
    }
    Ok(())
}

fn leave(conn: &mut Conn, member: &Membership, people: &People, now: SqlNow) -> Result<(), Fault> {
    let group = member.group_id;
    if groups::hold(conn, &WhichGroup::Id(group))?.is_some() {
        // As it is now that nobody else can change the group.
        let role = group_members::role_of(conn, group, member.user_id, now)?;
        if role == Some(Role::Admin) {
            if !group_members::has_other_admin(conn, group, member.id)? {
                let heirs = group_members::heirs(conn, group, member.id, HEIRS, now)?;
                let able = heirs.iter().find(|(_, heir)| !people.is_locked(*heir));
                let Some((heir, _)) = able.or(heirs.first()) else {
                    return Ok(delete_held(conn, group, now)?);
                };
                group_members::set_heir(conn, *heir)?;
            }
            end_offers(conn, group, member.user_id, now)?;
        }
        join_requests::hide_decided(conn, group, member.user_id, now)?;
    }
    Ok(group_members::delete(conn, member.id)?)
}
