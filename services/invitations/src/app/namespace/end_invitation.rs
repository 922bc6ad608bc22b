//! Rejecting an invitation to a namespace, and taking it back.

use latchkey_common::auth::UserId;

use super::find::NamespaceError;
use crate::app::App;
use crate::domain::claim::Which;
use crate::domain::invitation::{EndReason, Invitation, InvitationId, State};
use crate::domain::kind::{Direction, Kind};
use crate::store::engine::endings::end;
use crate::store::engine::invitations::find;

/// Ends it: the one it is for rejects, the one who made it takes it back.
pub(crate) async fn end_namespace_invitation(
    app: &App,
    me: UserId,
    id: InvitationId,
) -> Result<(), NamespaceError> {
    let now = app.db.now();
    app.db
        .for_ending()
        .write(move |conn| {
            let found = find(conn, Which::Id(id))?
                .filter(|row| row.kind == Kind::Namespace && row.direction == Direction::Offer);
            let (state, reason) = found
                .and_then(|row| how(&row, me))
                .ok_or(NamespaceError::NotFound)?;
            if end(conn, id, state, Some(me), reason, now)? {
                Ok(())
            } else {
                Err(NamespaceError::NotFound)
            }
        })
        .await
}

fn how(row: &Invitation, me: UserId) -> Option<(State, Option<EndReason>)> {
    if row.recipient_id == Some(me) {
        Some((State::Declined, None))
    } else if row.issuer_id == Some(me) {
        Some((State::Withdrawn, Some(EndReason::TakenBack)))
    } else {
        None
    }
}
