//! Shutting a member out.

use latchkey_common::auth::UserId;
use latchkey_peers::channels::members::MemberError;

use super::here;
use crate::app::App;
use crate::domain::membership::MemberKey;

/// Ends a membership, on the right of `by`.
pub(crate) async fn remove_member(
    app: &App,
    by: UserId,
    key: MemberKey,
) -> Result<(), MemberError> {
    match key {
        MemberKey::Channel(id) => app.channels.remove_member(id, by).await,
        MemberKey::Group(_) | MemberKey::Tree(..) => here::remove(app, by, key).await,
    }
}
