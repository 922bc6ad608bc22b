//! Taking an invitation back: nobody comes in by it any more, by whatever secret.

use latchkey_common::audit::Actor;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;
use latchkey_common::via_fault;

use super::show::{Reach, Shown};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::invitation::{EndReason, InvitationId};
use crate::store::audit;
use crate::store::engine::{endings, made, texts};

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RevokeError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is none, or none that the caller may see.
    #[error("no such invitation")]
    NotFound,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(RevokeError);

/// Takes it back. `render` words the answer. That of somebody else is an act for the place, and written down.
pub(crate) async fn revoke_invitation(
    app: &App,
    (by, reach): (Actor, Reach),
    id: InvitationId,
    reason: Option<String>,
    call: Option<OneCall>,
    render: impl FnOnce(Shown) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, RevokeError> {
    if let Some(before) = answered_before::<RevokeError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    write_once(app, app.db.for_ending(), call, move |conn, now| {
        let (row, ..) = reach.find(conn, id)?.ok_or(RevokeError::NotFound)?;
        if !endings::withdraw(conn, id, by.user(), EndReason::TakenBack, now)? {
            return Err(RevokeError::Ended);
        }
        audit::anothers(conn, &by, Verb::InvitationRevoked, &row, now)?;
        if let Some(reason) = reason {
            texts::note_reason(conn, id, &reason)?;
        }
        let ended = made::find(conn, id)?.ok_or(RevokeError::NotFound)?;
        Ok(render(Shown::read(conn, ended)?)?)
    })
    .await
}
