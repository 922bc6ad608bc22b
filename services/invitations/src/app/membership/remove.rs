//! Shutting a member out.

use latchkey_common::auth::UserId;
use latchkey_peers::channels::members::{MemberError, MemberId};

use crate::app::App;

/// Ends a membership, on the right of `by`.
pub(crate) async fn remove_member(app: &App, by: UserId, id: MemberId) -> Result<(), MemberError> {
    app.channels.remove_member(id, by).await
}
