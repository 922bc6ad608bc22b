//! Moving one's read mark, in either direction.

use latchkey_common::auth::UserId;
use latchkey_common::db::once::{CallError, Made, Once};
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;
use latchkey_peers::channels::ChannelId;

use super::App;
use crate::domain::member::Relation;
use crate::domain::message::MessageId;
use crate::store::members;

/// Why a read mark stayed where it was.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MarkError {
    #[error("no such channel")]
    ChannelNotFound,
    #[error("not a member")]
    NotMember,
    #[error("no such message in this channel")]
    MessageNotFound,
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(MarkError);

/// Notes that `me` has read a channel up to one of its messages.
pub(crate) async fn mark_read(
    app: &App,
    me: UserId,
    channel: ChannelId,
    message: MessageId,
    once: Option<Once<()>>,
) -> Result<Made<()>, CallError<MarkError>> {
    let now = app.db.now();
    app.db
        .write_once(once, move |conn| {
            if members::mark_read(conn, channel, me, message, now)? {
                return Ok(());
            }
            // Nothing was changed; this only finds the name of the refusal.
            Err(match members::relation(conn, channel, me, now)? {
                Relation::NoChannel => MarkError::ChannelNotFound,
                Relation::Stranger => MarkError::NotMember,
                Relation::Member(_) => MarkError::MessageNotFound,
            })
        })
        .await
}
