//! Whose place in the tree somebody may ask about.

use std::collections::HashSet;

use latchkey_common::auth::{Known, UserId};
use latchkey_common::db::{Conn, QueryResult};

use super::TreeError;
use crate::app::App;
use crate::domain::invitation::{Invitation, Use};
use crate::domain::kind::Kind;
use crate::store::ledger::came_by;

/// Steps that are looked at upwards at most: what one question may cost. Longer chains do not come about, because
/// each step is a person who waited for an invitation.
const MOST_STEPS: usize = 1_000;

/// Oneself and whoever came because of oneself; super users ask about everybody.
pub(super) async fn may_see(app: &App, by: &Known, account: UserId) -> Result<(), TreeError> {
    if by.user == account {
        return Ok(());
    }
    if by.is_super_user {
        let was_here = app.db.look(move |conn| chain(conn, account)).await?;
        let is_here = !app.users.by_ids(vec![account]).await?.is_empty();
        return (is_here || !was_here.is_empty())
            .then_some(())
            .ok_or(TreeError::NotFound);
    }
    let above = app.db.look(move |conn| chain(conn, account)).await?;
    let is_mine = above.iter().any(|(_, row)| row.issuer_id == Some(by.user));
    is_mine.then_some(()).ok_or(TreeError::NotFound)
}

/// From an account upwards: how it came, then how whoever let it in came.
pub(super) fn chain(conn: &mut Conn, account: UserId) -> QueryResult<Vec<(Use, Invitation)>> {
    let mut steps = Vec::new();
    let mut seen = HashSet::new();
    let mut who = Some(account);
    while let Some(user) = who.filter(|user| steps.len() < MOST_STEPS && seen.insert(*user)) {
        let step = came_by(conn, Kind::Registration, user)?;
        who = step.as_ref().and_then(|(_, row)| row.issuer_id);
        steps.extend(step);
    }
    Ok(steps)
}
