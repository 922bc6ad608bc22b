//! From whom one takes no invitations.

use latchkey_common::auth::UserId;
use latchkey_common::fault::Fault;
use latchkey_peers::users::People;

use crate::app::App;
use crate::domain::block::Block;
use crate::store::blocks;
use crate::store::engine::made::Part;

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct BlockView {
    /// The row.
    pub(crate) block: Block,
    /// The present name, as far as the account exists.
    pub(crate) username: Option<String>,
}

/// A part of them.
pub(crate) async fn list_blocks(
    app: &App,
    me: UserId,
    part: Part,
) -> Result<Vec<BlockView>, Fault> {
    let found: Vec<Block> = app
        .db
        .look(move |conn| blocks::list(conn, me, part))
        .await?;
    let people = People::find(&app.users, found.iter().map(|one| one.blocked)).await?;
    let view = |block: Block| BlockView {
        username: people.get(block.blocked).map(|user| user.username.clone()),
        block,
    };
    Ok(found.into_iter().map(view).collect())
}
