//! Taking out those whose time in a group has passed. The guards see to it that they are in no more from the moment on;
//! what rests on a membership ends with this.

use latchkey_common::fault::Fault;

use super::change_membership::end_offers;
use crate::app::App;
use crate::domain::group::{Membership, Role, WhichGroup};
use crate::store::group::{group_members, groups, join_requests};

/// Takes out everybody whose time has passed.
pub(crate) async fn end_memberships(app: &App) -> Result<(), Fault> {
    let batch = app.settings.job_batch;
    loop {
        let now = app.db.now();
        let over = app
            .db
            .look(move |conn| group_members::over(conn, batch, now))
            .await?;
        if over.is_empty() {
            return Ok(());
        }
        for member in over {
            end_one(app, member).await?;
        }
    }
}

async fn end_one(app: &App, member: Membership) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            groups::hold(conn, &WhichGroup::Id(member.group_id))?;
            // Whoever held the group before may have taken them out, or given them more time.
            if !group_members::is_over(conn, member.id, now)? {
                return Ok(());
            }
            if member.role == Role::Admin {
                end_offers(conn, member.group_id, member.user_id, now)?;
            }
            join_requests::hide_decided(conn, member.group_id, member.user_id, now)?;
            Ok(group_members::delete(conn, member.id)?)
        })
        .await
}
