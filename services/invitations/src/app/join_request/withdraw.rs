//! Taking one's request back: by one's account, or by the secret that whoever has none was given.

use latchkey_common::auth::UserId;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_common::secret::{Secret, TokenHash};

use super::not_decided::DecideError;
use super::reject::{open_one, why_not};
use super::view::{RequestView, view_one};
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::domain::invitation::{EndReason, InvitationId, State};
use crate::store::applications;
use crate::store::engine::endings::{end_unused, withdraw};
use crate::store::engine::requests;

/// Takes it back. `render` words the answer.
pub(crate) async fn withdraw_request(
    app: &App,
    me: UserId,
    id: InvitationId,
    call: Option<OneCall>,
    render: impl FnOnce(RequestView) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, DecideError> {
    if let Some(before) = answered_before::<DecideError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let view = view_one(app, id).await?;
    let mine = view.filter(|view| view.request.invitation.recipient_id == Some(me));
    let view = mine.ok_or(DecideError::NotFound)?;
    write_once(app, app.db.for_ending(), call, move |conn, now| {
        let open = open_one(conn, id, now)?;
        let taken_back = Some(EndReason::TakenBack);
        if !end_unused(conn, id, State::Withdrawn, me, taken_back, now)? {
            return Err(why_not(conn, id)?);
        }
        let request = requests::find(conn, id)?.unwrap_or(open);
        Ok(render(RequestView { request, ..view })?)
    })
    .await
}

/// Takes back the wish for an account whose maker has this secret. `render` words the answer.
pub(crate) async fn withdraw_application(
    app: &App,
    secret: &Secret,
    call: Option<OneCall>,
    render: impl FnOnce(RequestView) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, DecideError> {
    if let Some(before) = answered_before::<DecideError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    let hash = TokenHash::of(secret.expose());
    write_once(app, app.db.for_ending(), call, move |conn, now| {
        let found = applications::find_by_secret(conn, &hash)?;
        let (id, _) = found.ok_or(DecideError::NotFound)?;
        let open = open_one(conn, id, now)?;
        if !withdraw(conn, id, None, EndReason::TakenBack, now)? {
            return Err(why_not(conn, id)?);
        }
        let view = RequestView {
            request: requests::find(conn, id)?.unwrap_or(open),
            username: None,
        };
        Ok(render(view)?)
    })
    .await
}
