//! Saying no to a request.

use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::{Conn, SqlNow};
use latchkey_common::fault::Fault;
use latchkey_common::trail::Verb;

use super::decider::Decider;
use super::not_decided::DecideError;
use super::right::{Wanted, has_right_here, right_over};
use super::view::{RequestView, view_one};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::invitation::{InvitationId, State};
use crate::domain::join_request::Word;
use crate::domain::kind::Kind;
use crate::domain::request::Request;
use crate::store::engine::endings::end_unused;
use crate::store::engine::{requests, texts};
use crate::store::group::join_requests;

/// Rejects it; whoever asked sees the reason. `render` words the answer.
pub(crate) async fn reject_request(
    app: &App,
    by: &Decider,
    id: InvitationId,
    reason: Option<String>,
    call: Option<OneCall>,
    render: impl FnOnce(RequestView) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, DecideError> {
    if let Some(before) = answered_before::<DecideError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let view = view_one(app, id).await?.ok_or(DecideError::NotFound)?;
    let row = &view.request.invitation;
    let wanted = Wanted {
        kind: row.kind,
        target: row.target_id,
        // Whoever may let in at all may say no.
        grants: 0,
    };
    let right = right_over(app, by.user, wanted).await?;
    if row.recipient_id == Some(by.user) {
        return Err(DecideError::Own);
    }
    right.ok_or(DecideError::NotFound)?;
    let (me, by) = (by.user, by.clone());
    write_once(app, app.db.for_ending(), call, move |conn, now| {
        let is_here = matches!(wanted.kind, Kind::Group | Kind::Namespace);
        if is_here && !has_right_here(conn, me, wanted, now)? {
            return Err(DecideError::NotFound);
        }
        let open = open_one(conn, id, now)?;
        if !end_unused(conn, id, State::Declined, me, None, now)? {
            return Err(why_not(conn, id)?);
        }
        join_requests::set_word(conn, id, Word::Rejected, now)?;
        by.note(conn, Verb::JoinRequestRejected, &open.invitation, now)?;
        if let Some(reason) = reason {
            texts::note_reason(conn, id, &reason)?;
        }
        let request = requests::find(conn, id)?.unwrap_or(open);
        Ok(render(RequestView { request, ..view })?)
    })
    .await
}

/// It, if nobody has decided it.
pub(super) fn open_one(
    conn: &mut Conn,
    id: InvitationId,
    now: SqlNow,
) -> Result<Request, DecideError> {
    let found = requests::find(conn, id)?.ok_or(DecideError::NotFound)?;
    if found.invitation.is_pending(now.process()) {
        Ok(found)
    } else {
        Err(DecideError::Decided)
    }
}

/// Why the guard let nothing happen.
pub(super) fn why_not(conn: &mut Conn, id: InvitationId) -> Result<DecideError, Fault> {
    let found = requests::find(conn, id)?;
    Ok(match found.map(|one| one.invitation.state) {
        // Somebody has said yes, and how that ends is not known yet.
        Some(State::Open) => Fault::overloaded("uses of the request").into(),
        _ => DecideError::Decided,
    })
}
