//! Saying no to an invitation for oneself, and perhaps to all further ones of its maker's.

use latchkey_common::auth::UserId;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::accept::for_me;
use super::show::Shown;
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::invitation::{InvitationId, State};
use crate::domain::join_request::Word;
use crate::store::blocks;
use crate::store::engine::endings::end_unused;
use crate::store::group::join_requests;

/// Why it stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeclineError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// There is none, or none for the caller.
    #[error("no such invitation")]
    NotFound,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(DeclineError);

/// Declines it, and with `blocks` takes no further one of its maker's. `render` words the answer.
pub(crate) async fn decline_invitation(
    app: &App,
    me: UserId,
    id: InvitationId,
    blocks: bool,
    call: Option<OneCall>,
    render: impl FnOnce(Shown) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, DeclineError> {
    if let Some(before) = answered_before::<DeclineError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    write_once(app, app.db.for_ending(), call, move |conn, now| {
        let found = for_me(conn, me, id)?.ok_or(DeclineError::NotFound)?;
        if !found.invitation.is_pending(now.process()) {
            return Err(DeclineError::Ended);
        }
        if !end_unused(conn, id, State::Declined, me, None, now)? {
            let now = for_me(conn, me, id)?.map(|shown| shown.invitation.state);
            return Err(match now {
                Some(State::Open) => Fault::overloaded("uses of the invitation").into(),
                _ => DeclineError::Ended,
            });
        }
        join_requests::set_word(conn, id, Word::Rejected, now)?;
        if let (true, Some(issuer)) = (blocks, found.invitation.issuer_id) {
            blocks::insert(conn, me, issuer, now)?;
        }
        let declined = for_me(conn, me, id)?.ok_or(DeclineError::NotFound)?;
        Ok(render(declined)?)
    })
    .await
}
