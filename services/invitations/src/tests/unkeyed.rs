//! Use cases as calls without a key ask for them.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made};
use latchkey_common::secret::Secret;

use crate::app::App;
use crate::app::channel::end_invitations::{self, EndError};
use crate::app::registration::remove_invitations::{self, RemoveError};
use crate::domain::invitation::InvitationId;

/// What such a call came to.
pub(crate) fn plain<T, E>(made: Result<Made<T>, CallError<E>>) -> Result<T, E> {
    match made {
        Ok(Made::Now(made)) => Ok(made),
        Err(CallError::Refused(error)) => Err(error),
        Ok(Made::Before(_)) | Err(CallError::Key(_)) => panic!("there was no key"),
    }
}

pub(crate) async fn end_channel_invitations(
    app: &App,
    me: UserId,
    ids: Vec<InvitationId>,
) -> Result<(), EndError> {
    let ended = end_invitations::end_channel_invitations(app, me, ids, None);
    plain(ended.await).map(drop)
}

pub(crate) async fn remove_registration_invitations(
    app: &App,
    me: UserId,
    tokens: Vec<Secret>,
) -> Result<(), RemoveError> {
    let removed = remove_invitations::remove_registration_invitations(app, me, tokens, None);
    plain(removed.await)
}
