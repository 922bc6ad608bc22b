//! Taking no invitations from somebody.

use latchkey_common::auth::UserId;
use latchkey_common::db::kept_answers::OneCall;
use latchkey_common::db::once::KeyRefusal;
use latchkey_common::fault::Fault;
use latchkey_common::via_fault;

use super::list::BlockView;
use crate::app::App;
use crate::app::engine::once::{Answered, answered_before, write_once};
use crate::store::blocks;

/// Why nothing is stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BlockError {
    /// The key of the call says no.
    #[error(transparent)]
    Key(#[from] KeyRefusal),
    /// One invites oneself nowhere.
    #[error("oneself")]
    Oneself,
    /// There is no such account.
    #[error("no such account")]
    NotFound,
    /// Anything else.
    #[error(transparent)]
    Fault(#[from] Fault),
}
via_fault!(BlockError);

/// From now on `me` takes none from `whom`. `render` words the answer.
pub(crate) async fn block(
    app: &App,
    me: UserId,
    whom: UserId,
    call: Option<OneCall>,
    render: impl FnOnce(BlockView) -> Result<Vec<u8>, Fault> + Send + 'static,
) -> Result<Answered, BlockError> {
    if let Some(before) = answered_before::<BlockError>(app, call.as_ref()).await? {
        return Ok(before);
    }
    if whom == me {
        return Err(BlockError::Oneself);
    }
    let found = app.users.by_ids(vec![whom]).await?;
    let user = found.into_iter().next().ok_or(BlockError::NotFound)?;
    write_once(app, app.db.for_ending(), call, move |conn, now| {
        let block = blocks::insert(conn, me, whom, now)?;
        let username = Some(user.username);
        Ok(render(BlockView { block, username })?)
    })
    .await
}
