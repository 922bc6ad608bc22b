//! Who let somebody in, who let these in, and so on up to the operator.

use latchkey_common::auth::{Known, UserId};
use latchkey_peers::users::People;

use super::sight::{chain, may_see};
use super::{Step, TreeError};
use crate::app::App;
use crate::store::engine::made::Part;

/// A part of the chain, nearest first; the other way round for whoever wants the oldest first.
pub(crate) async fn list_inviters(
    app: &App,
    by: &Known,
    account: UserId,
    part: Part,
) -> Result<Vec<Step>, TreeError> {
    may_see(app, by, account).await?;
    let above = app.db.look(move |conn| chain(conn, account)).await?;
    let people = above.iter().filter_map(|(_, row)| row.issuer_id);
    let people = People::find(&app.users, people).await?;
    let steps = (1_i64..).zip(above).map(|(level, (used, row))| Step {
        key: level,
        level,
        who: row.issuer_id,
        account: row
            .issuer_id
            .and_then(|id| people.get(id).filter(|who| !who.is_deleted()).cloned()),
        inviter: None,
        invitation: row.id,
        came_at: used.settled_at,
    });
    let mut steps: Vec<Step> = steps.collect();
    if !part.is_newest_first {
        steps.reverse();
    }
    let is_behind = |step: &Step| match part.after {
        None => true,
        Some(after) if part.is_newest_first => step.level > after,
        Some(after) => step.level < after,
    };
    steps.retain(is_behind);
    steps.truncate(usize::try_from(part.limit).unwrap_or(usize::MAX));
    Ok(steps)
}
