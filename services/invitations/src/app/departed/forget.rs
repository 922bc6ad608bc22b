//! Forgetting whoever has deleted the account: they are in no group and no namespace, their invitations let nobody in, and
//! the ledger tells that somebody was there. Each step is a transaction that may be the last; whoever comes next goes on.

use latchkey_common::auth::UserId;
use latchkey_common::crash_point;
use latchkey_common::db::kept_answers;
use latchkey_common::fault::Fault;
use latchkey_contracts::callers_of;
use latchkey_peers::users::Part;

use super::leave_groups::leave_groups;
use super::leave_namespaces::leave_namespaces;
use crate::app::App;
use crate::store::blocks;
use crate::store::choir::choir_keys;
use crate::store::engine::departed;
use crate::store::engine::endings::{Groundless, NOW, end_groundless};

/// Forgets everybody who is to be forgotten. Somebody of whom it fails keeps nobody else.
pub(crate) async fn forget_departed(app: &App) -> Result<(), Fault> {
    let mut trouble = Ok(());
    for user in app.users.departed(Part::Invitations).await? {
        let done = match forget(app, user).await {
            Ok(()) => app.users.forgotten(Part::Invitations, user).await,
            failed => failed,
        };
        trouble = trouble.and(done);
    }
    trouble
}

async fn forget(app: &App, user: UserId) -> Result<(), Fault> {
    let now = app.db.now();
    app.db
        .for_ending()
        .change(move |conn| {
            end_groundless(conn, &Groundless::IssuedBy(user), NOW, now)?;
            departed::end_for(conn, user, now)
        })
        .await?;
    crash_point::reach(crash_point::WHILE_FORGETTING);
    leave_groups(app, user).await?;
    leave_namespaces(app, user).await?;
    app.db
        .for_ending()
        .change(move |conn| {
            departed::blank_issued(conn, user)?;
            departed::blank_received(conn, user)?;
            blocks::forget(conn, user)?;
            choir_keys::revoke_all(conn, user, now)?;
            choir_keys::disallow(conn, user)?;
            kept_answers::forget_of(conn, &callers_of(user))
        })
        .await?;
    crash_point::reach(crash_point::AFTER_FORGETTING);
    Ok(())
}
