//! Saying yes to an invitation for oneself: nobody needs its secret for that.

use std::time::{Duration, Instant};

use latchkey_common::auth::{Known, UserId};
use latchkey_common::db::Conn;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::enter::enter;
use super::not_redeemed::RedemptionError;
use super::redeem::{Redeemed, made_before, told};
use super::redeem_several::{Comer, redeem_several};
use super::show::Shown;
use crate::app::App;
use crate::domain::claim::{Person, Which};
use crate::domain::grant::Grant;
use crate::domain::invitation::InvitationId;
use crate::domain::kind::Direction;
use crate::store::engine::made;

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AcceptError {
    /// There is none, or none for the caller.
    #[error("no such invitation")]
    NotFound,
    /// It has ended.
    #[error("it has ended")]
    Ended,
    /// It lets nobody in.
    #[error(transparent)]
    NotRedeemed(#[from] RedemptionError),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(AcceptError);

/// Lets the caller in by it.
pub(crate) async fn accept_invitation(
    app: &App,
    who: &Known,
    id: InvitationId,
    call: Option<OneCall>,
) -> Result<Redeemed, AcceptError> {
    if let Some(call) = &call
        && let Some(used) = made_before(app, call).await?
    {
        return Ok((used, true));
    }
    let me = who.user;
    let found = app.db.read(move |conn| for_me(conn, me, id)).await?;
    let shown = found.ok_or(AcceptError::NotFound)?;
    let row = &shown.invitation;
    if !row.is_pending(app.db.now().process()) {
        // By the same call, which was quicker?
        return match &call {
            Some(call) => made_before(app, call).await?.map(|used| (used, true)),
            None => None,
        }
        .ok_or(AcceptError::Ended);
    }
    let person = Person {
        user: me,
        username: who.username.clone(),
        email: None,
    };
    let which = Which::Id(id);
    let outcome = if row.gives_several() {
        redeem_several(app, which, &shown, Comer::Known(person), call.clone()).await
    } else {
        enter(app, which, row, person, call.clone()).await
    };
    Ok(told(app, call.as_ref(), outcome).await?)
}

/// The same for a form, which may come twice at once: waits while it is under way.
pub(crate) async fn accept_by_form(
    app: &App,
    who: &Known,
    id: InvitationId,
    call: Option<OneCall>,
) -> Result<Redeemed, AcceptError> {
    let patience_ends = Instant::now() + app.settings.act_deadline();
    loop {
        match accept_invitation(app, who, id, call.clone()).await {
            Err(AcceptError::NotRedeemed(RedemptionError::Key(KeyRefusal::InProgress)))
                if Instant::now() < patience_ends =>
            {
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return outcome,
        }
    }
}

/// Between two looks at what is under way.
const PAUSE: Duration = Duration::from_millis(50);

/// The one of this number, if it is an offer to this person.
pub(super) fn for_me(
    conn: &mut Conn,
    me: UserId,
    id: InvitationId,
) -> Result<Option<Shown>, Fault> {
    let found = made::find(conn, id)?;
    let found = found.map(|said| Shown::read(conn, said)).transpose()?;
    Ok(found.filter(|shown| {
        let row = &shown.invitation;
        let is_offer = row.direction == Direction::Offer && Grant::of(row).is_some();
        is_offer && row.recipient_id == Some(me)
    }))
}
