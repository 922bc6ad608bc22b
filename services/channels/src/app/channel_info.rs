//! One channel from the point of view of one of its members.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Membership};

use super::App;
use crate::store::members;

/// Why nothing about a channel is told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookError {
    #[error("no such channel")]
    ChannelNotFound,
    #[error("not a member")]
    NotMember,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(LookError);

/// How `me` stands in a channel. Even a public one tells strangers nothing.
pub(crate) async fn channel_info(
    app: &App,
    me: UserId,
    channel: ChannelId,
) -> Result<Membership, LookError> {
    app.db
        .read(move |conn| {
            members::membership(conn, channel, me)?
                .ok_or(LookError::ChannelNotFound)?
                .ok_or(LookError::NotMember)
        })
        .await
}
