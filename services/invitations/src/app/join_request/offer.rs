//! Offering something to somebody who may have asked for it: then they are let in at once.

use latchkey_common::audit::Way;
use latchkey_common::auth::Known;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::Permission;

use super::approve::{DecideError, Given, settle_request};
use super::decider::Decider;
use crate::app::App;
use crate::app::engine::once::Answered;
use crate::app::invitation::make::{Made, MakeError, Wanted, Wish, make_invitation};
use crate::app::invitation::not_redeemed::RedemptionError;
use crate::app::invitation::redeem::{Redeemed, settled_before};

/// What became of it.
#[derive(Debug)]
pub(crate) enum Met {
    /// It waits for the other side.
    Answered(Answered),
    /// The other side had made the same: they are in.
    Settled(Redeemed),
}

/// Why neither.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OfferError {
    /// No such invitation can be made.
    #[error(transparent)]
    Making(#[from] MakeError),
    /// The request that it meets stays as it is.
    #[error(transparent)]
    Deciding(#[from] DecideError),
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(OfferError);

impl From<RedemptionError> for OfferError {
    fn from(error: RedemptionError) -> Self {
        Self::Deciding(error.into())
    }
}

/// Makes an invitation, or lets in whoever has asked for it. `render` words the answer to the first.
pub(crate) async fn offer(
    app: &App,
    by: &Known,
    wish: Wish,
    call: Option<OneCall>,
    render: impl FnOnce(Made) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Met, OfferError> {
    if let Some(used) = settled_before(app, call.as_ref()).await? {
        return Ok(Met::Settled((used, true)));
    }
    // Whoever has asked for one thing is let in by an offer of that thing alone.
    let offered = match wish.grants.as_slice() {
        [only] => Some(Given {
            grants: Some(match &only.wanted {
                Wanted::Channel(_, permissions) => permissions.with(Permission::Read).bits(),
                Wanted::Group(_, role) => role.bits(),
                Wanted::Account | Wanted::Namespace(_) => 0,
            }),
            ends_after: only.ends_after,
        }),
        _ => None,
    };
    match make_invitation(app, by, wish, call.clone(), render).await {
        Ok(made) => Ok(Met::Answered(made)),
        Err(error) => match (error, offered) {
            (MakeError::AskedFor(id), Some(offered)) => {
                let who = Decider::person(by.user, &by.username, Way::V1);
                let settled = settle_request(app, &who, id, offered, call).await?;
                Ok(Met::Settled(settled))
            }
            (error, _) => Err(error.into()),
        },
    }
}
