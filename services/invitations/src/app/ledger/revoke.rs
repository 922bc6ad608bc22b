//! The operator takes an invitation of any kind back: nobody comes in by it any more, by whatever secret.

use latchkey_common::audit::Actor;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;

use crate::app::App;
use crate::app::engine::late::wait_for_uses;
use crate::domain::claim::Which;
use crate::domain::invitation::{EndReason, Invitation, InvitationId, State};
use crate::store::audit;
use crate::store::engine::endings::withdraw;
use crate::store::engine::invitations::find;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RevokeError {
    /// There is none.
    #[error("no such invitation")]
    NotFound,
    /// What is final stays so.
    #[error("inv_{0} lets nobody in any more: it is {1} already")]
    Ended(InvitationId, State),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RevokeError);

/// Takes it back. It is answered when nobody is on the way in any more: who came in at the last moment is in the
/// ledger by then.
pub(crate) async fn revoke_any_invitation(
    app: &App,
    by: Actor,
    which: Which,
) -> Result<InvitationId, RevokeError> {
    let now = app.db.now();
    let ended: Result<Invitation, RevokeError> = app
        .db
        .for_ending()
        .write(move |conn| {
            let row = find(conn, which)?.ok_or(RevokeError::NotFound)?;
            let is_over = row.state == State::Open && !row.is_pending(now.process());
            if is_over {
                return Err(RevokeError::Ended(row.id, State::Expired));
            }
            let is_ended = withdraw(conn, row.id, None, EndReason::TakenBack, now)?;
            let row = find(conn, Which::Id(row.id))?.ok_or(RevokeError::NotFound)?;
            if is_ended {
                audit::invitation(conn, &by, Verb::InvitationRevoked, &row, now)?;
                Ok(row)
            } else {
                Err(RevokeError::Ended(row.id, row.state))
            }
        })
        .await;
    let ended = ended?;
    let id = ended.id;
    wait_for_uses(app, &[ended]).await?;
    Ok(id)
}
