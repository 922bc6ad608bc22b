//! Whom somebody let in, whom these let in, and so on down to a depth.

use latchkey_common::auth::{Known, UserId};
use latchkey_peers::users::People;

use super::sight::may_see;
use super::{Step, TreeError};
use crate::app::App;
use crate::store::branches::{Below, below};
use crate::store::engine::made::Part;

/// A part of the branch, in the order in which people came.
pub(crate) async fn list_invited(
    app: &App,
    by: &Known,
    account: UserId,
    depth: i64,
    part: Part,
) -> Result<Vec<Step>, TreeError> {
    may_see(app, by, account).await?;
    let found = app
        .db
        .look(move |conn| below(conn, account, depth, part))
        .await?;
    let people = found.iter().map(|one| one.user_id);
    let people = People::find(&app.users, people).await?;
    let step = |one: Below| Step {
        key: one.use_id,
        level: one.level,
        who: Some(one.user_id),
        account: people
            .get(one.user_id)
            .filter(|who| !who.is_deleted())
            .cloned(),
        inviter: Some(one.issuer_id),
        invitation: one.invitation_id,
        came_at: one.settled_at,
    };
    Ok(found.into_iter().map(step).collect())
}
