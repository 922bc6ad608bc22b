//! One channel from the point of view of one of its members.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::{ChannelId, Membership};

use super::App;
use crate::domain::member::Relation;
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
    let now = app.db.now();
    app.db
        .read(move |conn| own_membership(members::relation(conn, channel, me, now)?))
        .await
}

/// What only members may see.
pub(super) fn own_membership(relation: Relation) -> Result<Membership, LookError> {
    match relation {
        Relation::NoChannel => Err(LookError::ChannelNotFound),
        Relation::Stranger => Err(LookError::NotMember),
        Relation::Member(membership) => Ok(membership),
    }
}
